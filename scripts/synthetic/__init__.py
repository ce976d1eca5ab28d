"""What writes the synthetic cohorts that the program carries."""
