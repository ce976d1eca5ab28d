"""A cohort as one file, and as the tables of Cutline's own folder; both read back as they were."""
