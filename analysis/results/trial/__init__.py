"""The trial itself: escalation, treatment and follow-up, lesions, adverse events, exposure."""
