"""The pieces of the data page: handing files over, what was understood of them, one's data sets."""
