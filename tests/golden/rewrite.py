"""Write the expected reports anew, from what the grader says now: `python tests/golden/rewrite.py [NAME...]`.

Read the difference before you keep it: every line of it is something that a student will read.
"""

import os
import sys
from pathlib import Path

import pytest

if __name__ == "__main__":
    os.environ["GRADGYM_REWRITE_GOLDENS"] = "1"
    names = ["-k", " or ".join(sys.argv[1:])] if sys.argv[1:] else []
    sys.exit(pytest.main([str(Path(__file__).with_name("test_goldens.py")), "-q", *names]))
