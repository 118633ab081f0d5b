"""A look at a step from the inside: whether the tensors that went in are the tensors that moved."""


def step_and_look(step, params, grads, lr):
    """Take one step and tell what it returned and where the parameters live afterwards."""
    tensors, addresses = list(params), [p.data_ptr() for p in params]
    returned = step(params, grads, lr)
    return {
        "returned": "None" if returned is None else type(returned).__name__,
        "list_kept": len(params) == len(tensors) and all(now is old for now, old in zip(params, tensors)),
        "memory_kept": [p.data_ptr() for p in tensors] == addresses,
    }
