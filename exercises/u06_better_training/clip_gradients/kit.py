"""A look at clipping from the inside: whether the tensors that went in are the tensors that changed."""


def clip_and_look(clip, grads, limit):
    """Call `clip(grads, limit)` and tell what it returned and where the gradients live afterwards."""
    tensors, addresses = list(grads), [g.data_ptr() for g in grads if g is not None]
    returned = clip(grads, limit)
    return {
        "returned": "None" if returned is None else type(returned).__name__,
        "list_kept": len(grads) == len(tensors) and all(now is old for now, old in zip(grads, tensors)),
        "memory_kept": [g.data_ptr() for g in tensors if g is not None] == addresses,
    }
