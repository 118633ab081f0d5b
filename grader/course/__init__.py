"""A course as data: read from two folders, checked, copied to a student, and begun by an author."""
