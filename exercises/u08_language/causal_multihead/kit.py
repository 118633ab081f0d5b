"""What the checks of this exercise run beside your code: a cache that is used twice."""


def two_continuations(step, start, first, second, weights, n_head):
    """Feed `start`, then `first` and `second` as two continuations of it, both with the same cache.

    Returns the two outputs, and keys and values of that cache as they are in the end.
    """
    _, cache = step(start, *weights, n_head)
    one, _ = step(first, *weights, n_head, cache=cache)
    other, _ = step(second, *weights, n_head, cache=cache)
    return {
        "first continuation": one,
        "second continuation": other,
        "k of the old cache": cache["k"],
        "v of the old cache": cache["v"],
    }
