"""The list of patients, and one patient's page."""
