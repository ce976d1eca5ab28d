"""CDISC ADaM data sets."""
