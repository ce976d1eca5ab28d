"""A cohort seen through a question: analysis set, measure, strata, the array of marker values."""
