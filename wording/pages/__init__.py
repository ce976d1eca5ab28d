"""The words of pages: heads of tables, captions, remarks, empty places."""
