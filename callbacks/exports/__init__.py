"""The routes of files that leave: figures, decks, the list of patients, workbooks."""
