"""The synthetic cohort `imail2` and its twin: recipe, acceptance rules, generator."""
