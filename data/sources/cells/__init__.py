"""What single cells and names mean: dates, numbers, units, visits, codes of events."""
