"""A class to look at, made up and graded for real."""
