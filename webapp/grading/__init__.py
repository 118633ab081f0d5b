"""The queue, and who works it off."""
