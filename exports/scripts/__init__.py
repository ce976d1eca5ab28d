"""Scripts in R and Python that reproduce the numbers of a figure from its exported rows."""
