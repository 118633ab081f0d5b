"""Hidden checks of counter."""

from grader.checks import check, close


@check(points=1, hint="Whose tensor should move?")
def test_counts_in_place(agree, tensors):
    """three steps move the caller's tensor"""
    start = tensors((2, 2))

    def three_steps(m):
        mine = start.clone()
        counter = m.Counter(mine, by=0.25)
        for _ in range(3):
            counter.step()
        return {"the caller's tensor": mine}

    agree(three_steps, pure=False)


@check(points=0.5, hint="Count every step.", visible="never")
def test_says_how_often(student, tensors):
    """steps counts the steps"""
    counter = student.Counter(tensors((1,)))
    counter.step()
    counter.step()
    close(counter.steps, 2, what="steps")


@check(points=0.5, hint="What belongs to one counter, and what to all of them?")
def test_two_counters(student, tensors):
    """two counters don't know each other"""
    one, other = student.Counter(tensors((1,))), student.Counter(tensors((1,)))
    one.step()
    close(other.steps, 0, what="steps of the counter that did nothing")
