"""What the page is made of: shell, question controls, cards and the views."""
