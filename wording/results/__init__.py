"""What results say, in phrases and sentences that figure, table, page and slide share."""
