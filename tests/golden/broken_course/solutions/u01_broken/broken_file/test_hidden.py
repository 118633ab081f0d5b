from grader.checks import check, clothes


@check(points=1)
def test_vector(student, tensors):
    """twice a vector"""
    x = tensors((3,))
    clothes(student.double(x), 2 * x)


@check(points=1)
def test_nothing(student, tensors):
    """nothing"""
