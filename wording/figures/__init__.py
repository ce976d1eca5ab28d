"""The words of figures."""
