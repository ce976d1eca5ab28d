"""Every sentence, label and number format: what figures, pages, slides and captions say."""
