"""How often the p's on the screen find something where there is nothing: docs/calibration.md."""
