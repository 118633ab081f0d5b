"""Taking submissions, and showing what became of them."""
