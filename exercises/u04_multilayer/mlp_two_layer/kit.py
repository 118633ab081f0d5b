"""What the checks of this exercise run beside your code. A cache goes from one function to the other, unread."""


def scores(mlp_forward, X, params, activation):
    """The scores alone."""
    logits, _ = mlp_forward(X, params, activation=activation)
    return logits


def backward(mlp_forward, mlp_backward, X, params, activation, dlogits):
    """Forwards, then backwards with a given gradient of the scores."""
    _, cache = mlp_forward(X, params, activation=activation)
    return mlp_backward(dlogits, cache, params)


def two_batches(mlp_forward, mlp_backward, first, second, params, activation, d_first, d_second):
    """Two batches forwards, then both backwards, the first one twice."""
    _, cache_first = mlp_forward(first, params, activation=activation)
    _, cache_second = mlp_forward(second, params, activation=activation)
    return {
        "first": mlp_backward(d_first, cache_first, params),
        "second": mlp_backward(d_second, cache_second, params),
        "first again": mlp_backward(d_first, cache_first, params),
    }


def loss_only(loss_and_grads, X, y, params, **settings):
    """The first of the two results."""
    loss, _ = loss_and_grads(X, y, params, **settings)
    return loss


def grads_only(loss_and_grads, X, y, params, **settings):
    """The second of the two results."""
    _, grads = loss_and_grads(X, y, params, **settings)
    return grads


def descend(loss_and_grads, X, y, params, lr=0.1, steps=1, activation="relu"):
    """Walk against the gradient; return the loss before each step and after the last."""
    losses = []
    for _ in range(steps):
        loss, grads = loss_and_grads(X, y, params, activation=activation)
        losses.append(float(loss))
        params = {name: param - lr * grads[name] for name, param in params.items()}
    loss, _ = loss_and_grads(X, y, params, activation=activation)
    return [*losses, float(loss)]
