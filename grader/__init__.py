"""gradgym's grader: a course on disk, a wall around student code, and reports that teach."""

__version__ = "0.1.0"
