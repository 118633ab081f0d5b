"""`gradgym verify`: a course is proved before a student sees it."""

from grader.proof.killing import USUAL_MOST
from grader.proof.prove import MANY_SEEDS, USUAL_SEEDS, Proof, as_data, prove

__all__ = ["MANY_SEEDS", "USUAL_MOST", "USUAL_SEEDS", "Proof", "as_data", "prove"]
