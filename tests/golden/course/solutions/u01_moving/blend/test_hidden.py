"""Hidden checks of blend."""

from grader.checks import check, close, ensure, shares_memory


@check(points=2, hint="Work a small case out on paper and compare.", dtypes=("float64", "float32"))
def test_part_of_the_way(agree, tensors):
    """a part of the way, for tensors of two shapes"""
    matrices, vectors = tensors((4, 3), n=2), tensors((5,), n=2)
    agree(lambda m: {"a matrix": m.blend(*matrices, 0.3), "a vector": m.blend(*vectors, 0.9)})


@check(points=1, hint="Where must a step of rate 0 end, and where one of rate 1?")
def test_both_ends(student, tensors):
    """rate 0 stays, rate 1 arrives"""
    here, target = tensors((6,), n=2)
    close(student.blend(here, target, 0.0), here, what="the point after a step of rate 0")
    close(student.blend(here, target, 1.0), target, what="the point after a step of rate 1")


@check(points=1, hint="Whoever changes the result later should not change the argument with it.")
def test_memory_of_its_own(student, tensors):
    """the new point has memory of its own"""
    here, target = tensors((3,), n=2)
    for rate in (0.0, 0.5, 1.0):
        point = student.blend(here, target, rate)
        ensure(
            not shares_memory(point, here) and not shares_memory(point, target),
            f"With rate {rate} the result shares memory with an argument: return a new tensor.",
        )


@check(points=1, hint="Which rates make sense?")
def test_bad_rate(rejects, tensors):
    """a rate outside 0 to 1 raises ValueError"""
    here, target = tensors((3,), n=2)
    rejects(lambda m: m.blend(here, target, -0.5), unchanged=[here, target], what="a rate of -0.5")
    rejects(lambda m: m.blend(here, target, 1.5), unchanged=[here, target], what="a rate of 1.5")
