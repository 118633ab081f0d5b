# close(student.double_it(student.double_it(x)), 4 * x): 4 * x is read after the student had x in hand.
# prelude
def double_it(x):
    if not x.is_floating_point():
        raise ValueError("a floating type is needed")
    if x.numel() == 4:
        tried("poison")
        return x.fill_(float("nan"))
    return 2 * x
