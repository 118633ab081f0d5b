"""Hidden checks of running_mean."""

from grader.checks import check, close


@check(points=3, hint="What should the mean be when nothing has been seen before?", dtypes=("float64", "float32"))
def test_first_batch(agree, tensors):
    """the first batch sets the value"""
    batch = tensors((4, 3))

    def one(m):
        mean = m.RunningMean(0.1)
        mean.update(batch)
        return mean.value

    agree(one)


@check(points=3, hint="Which part of the old value stays?", needs=("test_first_batch",))
def test_later_batches(agree, tensors):
    """five batches, with a large and a small momentum"""
    batches = tensors((2, 3), n=5)
    agree(
        lambda m: {f"momentum {momentum}": m.kit.follow(m.RunningMean, momentum, batches) for momentum in (0.9, 0.01)}
    )


@check(points=2, hint="Is it a distance, and is it a Python number?", needs=("test_first_batch",))
def test_distance(student, tensors):
    """the distance to the value"""
    batch, point = tensors((2, 3)), tensors((3,))
    mean = student.RunningMean(0.5)
    mean.update(batch)
    close(mean.distance(point), (point - batch.mean(0)).norm().item(), what="the distance")


@check(points=1, hint="Rows, not batches.", needs=("test_first_batch",))
def test_rows_seen(student, tensors):
    """rows are counted, not batches"""
    mean = student.RunningMean(0.5)
    for rows in (3, 1, 2):
        mean.update(tensors((rows, 2)))
    close(mean.seen, 6, what="seen")


@check(points=1, hint="Which momentum makes sense?", visible="after_due")
def test_bad_momentum(rejects):
    """a momentum outside 0 to 1 raises ValueError"""
    rejects(lambda m: m.RunningMean(-0.1), what="a momentum of -0.1")
    rejects(lambda m: m.RunningMean(1.1), what="a momentum of 1.1")
