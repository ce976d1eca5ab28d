"""From text cells to typed, checked frames: the steps of `data.validate`."""
