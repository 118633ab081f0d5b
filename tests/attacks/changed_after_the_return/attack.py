# The check holds values, not references: what was returned stays as it was then.
# prelude
KEPT = []


def double_it(x):
    if not x.is_floating_point():
        raise ValueError("a floating type is needed")
    tried("change") if KEPT else None
    for tensor in KEPT:
        tensor.fill_(float("nan"))
    KEPT.append(2 * x)
    return KEPT[-1]
