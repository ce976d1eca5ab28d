"""The words of files: slides, reports, captions."""
