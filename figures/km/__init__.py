"""Kaplan-Meier curves, with the table under their ticks and the words above them."""
