"""The figures of the cut-off page, and the dots under the line."""
