# __str__ that raises, exits, never ends or is no text; __repr__; a metaclass that lies about the name.
# prelude
class Meta(type):
    __name__ = property(lambda cls: 1 / 0)
    __mro__ = property(lambda cls: (cls,) * 10**6)


class Exits(Exception):
    def __str__(self):
        raise SystemExit(0)


class Huge(Exception):
    def __str__(self):
        return " ".join(f"owned{number}" for number in range(10**6))

    __repr__ = __str__


class NoText(Exception):
    def __str__(self):
        return 7


Nameless = Meta("Nameless", (Exception,), {})


def double_it(x):
    error = {6: Exits, 3: Huge, 2: NoText}.get(x.numel(), Nameless)
    tried(str(x.numel()))
    raise error("owned")
