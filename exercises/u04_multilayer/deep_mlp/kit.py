"""What the checks run beside your code. A cache goes from one function to the other, unread."""

import torch


def scores(deep_forward, X, layers, activation):
    """The scores alone."""
    return deep_forward(X, layers, activation=activation)[0]


def backward(deep_forward, deep_backward, X, layers, activation, dout):
    """Forwards, then backwards: the gradient of X, and those of the layers."""
    _, cache = deep_forward(X, layers, activation=activation)
    dX, grads = deep_backward(dout, cache, layers, activation=activation)
    return {"dX": dX, "grads": grads}


def two_batches(deep_forward, deep_backward, first, second, layers, activation, d_first, d_second):
    """Two batches forwards, then both backwards, the first one twice; the gradients of the layers."""
    _, cache_first = deep_forward(first, layers, activation=activation)
    _, cache_second = deep_forward(second, layers, activation=activation)
    return {
        "first batch": deep_backward(d_first, cache_first, layers, activation=activation)[1],
        "second batch": deep_backward(d_second, cache_second, layers, activation=activation)[1],
        "first batch again": deep_backward(d_first, cache_first, layers, activation=activation)[1],
    }


def backward_with_other_name(deep_forward, deep_backward, X, layers, dout, activation):
    """Forwards with relu, backwards with another name for the activation."""
    _, cache = deep_forward(X, layers)
    return deep_backward(dout, cache, layers, activation=activation)[0]


def hidden_mean_squares(init_layers, deep_forward, like, scheme="he", width=256, depth=6, rows=16, seed=0):
    """The mean square of the outputs of each hidden relu layer in a deep network, fresh from its start.

    A network that is cut off behind a layer returns the scores of this layer; relu makes its outputs of them.
    """
    generator = torch.Generator().manual_seed(seed)
    X, *noise = (
        torch.randn(size, width, generator=generator, dtype=torch.float64).to(like) for size in (rows, *[width] * depth)
    )
    layers = init_layers([width] * (depth + 1), noise, scheme=scheme)
    cut = [deep_forward(X, layers[:count])[0] for count in range(1, depth + 1)]
    return [float(out.clamp(min=0).square().mean()) for out in cut]


def train(train_deep, X, y, layers, lr, steps, activation):
    """Both results of the training by name."""
    trained, losses = train_deep(X, y, layers, lr, steps, activation=activation)
    return {"layers": trained, "losses": losses}
