"""A gradgym server, as programs on a student's machine use it."""
