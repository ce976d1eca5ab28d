"""From the bytes of a file to tables of text that know where each row stood."""
