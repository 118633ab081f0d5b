from grader.checks import check, close


@check(points=1)
def test_vector(student, tensors):
    """twice a vector"""
    x = tensors((3,))
    close(student.double(x), 2 * x)


@check(points=1)
def test_matrix(student, tensors):
    """twice a matrix"""
    x = tensors((2, 3))
    close(student.double(x)[7], 2 * x[7])  # there is no row 7
