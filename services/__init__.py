"""Between the callbacks and what they show: cohorts, addresses, evaluation, disclosure. No Dash."""
