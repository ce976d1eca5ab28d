"""One result in, one plotly Figure out; nothing is computed here that a number depends on."""
