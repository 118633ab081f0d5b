"""Courses: folders on disk, assignments, who takes part."""
