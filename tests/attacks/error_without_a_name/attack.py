# type(error).__name__ is an attribute like others: it may raise, be no text, or have a million letters.
# prelude
class Raises(type):
    __name__ = property(lambda cls: 1 / 0)


class Long(type):
    __name__ = property(lambda cls: "\x1b[31m" + "".join(f"owned{number}" for number in range(10**5)))


class Number(type):
    __name__ = property(lambda cls: 7)


def double_it(x):
    tried(str(x.numel()))
    raise {6: Raises, 3: Long, 2: Number}[x.numel()]("Nameless", (Exception,), {})("owned")
