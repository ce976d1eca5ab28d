"""Every analysis of the program in one table."""
