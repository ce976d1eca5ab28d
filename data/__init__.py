"""What a cohort is, where it comes from and where it is kept."""
