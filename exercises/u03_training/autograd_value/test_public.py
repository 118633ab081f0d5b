"""Public checks of autograd_value. They run on your machine; read them, they are part of the statement."""

from grader.checks import check, close


@check(hint="Every operation returns a new Value whose data is the plain result.")
def test_numbers(student):
    """a small expression has the value that plain numbers give"""
    program = "s = x * y\nz = (s - x) / y + 2 ** 0.5 * x ** 2"

    result = student.kit.run(student.Value, program, {"x": 3.0, "y": -2.0})

    close(result["data"], {"x": 3.0, "y": -2.0, "s": -6.0, "z": 4.5 + 9 * 2**0.5}, what="data")
    close(result["grad"], {"x": 0.0, "y": 0.0, "s": 0.0, "z": 0.0}, what="grad before any backward")


@check(hint="Ask each operation on the way: if this operand grows a little, by how much does the result grow?")
def test_gradients_by_hand(student):
    """the worked example of the statement: x * x used twice"""
    result = student.kit.run(student.Value, "s = x * x\nz = s + s * x", {"x": 2.0}, [("z", None)])

    close(result["grad"], {"x": 16.0, "s": 3.0, "z": 1.0}, what="grad")


@check(hint="A Value that appears twice in one operation is reached by two paths.")
def test_the_same_value_twice(student):
    """x + x and x * x"""
    for program, slope in (("z = x + x", 2.0), ("z = x * x", 10.0), ("z = x - x", 0.0)):
        result = student.kit.run(student.Value, program, {"x": 5.0}, [("z", None)])
        close(result["grad"]["x"], slope, what=f"the gradient of x after `{program}`")


@check(hint="Python turns 2 - x into a call of x.__rsub__(2).")
def test_number_on_the_left(student):
    """2 - x and 1 / x take plain numbers on the left"""
    result = student.kit.run(student.Value, "a = 2 - x\nb = 1 / x", {"x": 4.0}, [("a", None), ("b", 2.0)])

    close(result["data"], {"x": 4.0, "a": -2.0, "b": 0.25}, what="data")
    close(result["grad"], {"x": -1.125, "a": 1.0, "b": 2.0}, what="grad")


@check(hint="math.log already raises the right error.")
def test_log_of_a_negative_number(rejects):
    """the logarithm of a negative number raises ValueError"""
    rejects(lambda m: m.Value(-1.0).log())
