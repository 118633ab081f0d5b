"""The folders here that hold no tests of ours: courses, and what students sent."""

collect_ignore = ["course", "broken_course", "cases", "rewrite.py"]
