from grader.checks import correct, mistake

MISTAKES = [mistake("halves", "Half is less.", swap=("2 * x", "x / 2"), caught_by="test_vector")]
ALSO_CORRECT = [correct("adds", swap=("2 * x", "x + x"))]


def probe(m):
    return {"three": lambda: m.double(3.0)}
