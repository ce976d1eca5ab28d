"""How the figures of each page leave: title, sentence, rows, notes."""
