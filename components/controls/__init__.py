"""The question's controls, and what stands beside them: locking, saved questions."""
