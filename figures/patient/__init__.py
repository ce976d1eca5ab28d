"""The figures of one patient's page."""
