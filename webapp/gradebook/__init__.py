"""From gradings to grades."""
