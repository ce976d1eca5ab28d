"""The Kaplan-Meier slide: native chart, native table, the numbers beside them."""
