"""A look at a ConfusionMatrix from beside it: what `compute` returns, and whether it is a copy."""


def look(matrix):
    """The table that `compute` returns, with its type and device."""
    table = matrix.compute()
    return {"counts": table.tolist(), "dtype": str(table.dtype), "device": table.device.type}


def look_after_writing(matrix, preds, target):
    """Write into a computed table, then look again; keep a table over an update and a reset, then look at it."""
    matrix.compute().fill_(99)
    after_writing = look(matrix)
    kept = matrix.compute()
    matrix.update(preds, target)
    matrix.reset()
    return {"after writing into the result": after_writing, "a result kept over update and reset": kept.tolist()}
