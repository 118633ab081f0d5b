"""Exercises as notebooks, notebooks as submissions, and a student's own notebook with the report beside its cells."""
