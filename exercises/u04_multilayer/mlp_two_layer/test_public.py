"""Public checks of mlp_two_layer. They run on your machine; read them, they are part of the statement."""

import torch
import torch.nn.functional as F

from grader.checks import check, close


def example():
    """Rows and weights of the worked example in the statement."""
    X = torch.tensor([[1.0, 2.0], [0.0, -1.0]], dtype=torch.float64)
    params = {
        "W1": torch.tensor([[1.0, 1.0], [1.0, -1.0]], dtype=torch.float64),
        "b1": torch.tensor([0.0, 0.5], dtype=torch.float64),
        "W2": torch.tensor([[1.0, 0.0], [-1.0, 2.0]], dtype=torch.float64),
        "b2": torch.tensor([0.0, 0.0], dtype=torch.float64),
    }
    return X, params


@check(hint="Follow the first row through the network with paper and pencil.")
def test_scores_by_hand(student):
    """the scores of the worked example"""
    X, params = example()
    logits = student.kit.scores(student.mlp_forward, X, params, "relu")
    close(logits, torch.tensor([[3.0, -3.0], [0.0, 3.0]], dtype=torch.float64), what="the scores")


@check(hint="Each gradient has the shape of what it belongs to; relu lets through only where its score was positive.")
def test_backward_by_hand(student):
    """gradients of the worked example for whole numbers coming in"""
    X, params = example()
    dlogits = torch.tensor([[1.0, 2.0], [-1.0, 3.0]], dtype=torch.float64)
    grads = student.kit.backward(student.mlp_forward, student.mlp_backward, X, params, "relu", dlogits)
    expected = {
        "W2": [[3.0, -1.5], [6.0, 4.5]],
        "b2": [0.0, 5.0],
        "W1": [[-1.0, -2.0], [0.0, -6.0]],
        "b1": [-1.0, 6.0],
        "X": [[-1.0, -1.0], [6.0, -6.0]],
    }
    close(
        grads, {name: torch.tensor(rows, dtype=torch.float64) for name, rows in expected.items()}, what="the gradients"
    )


@check(hint="Start from the gradient of the mean cross entropy towards the scores, then call your own backward.")
def test_loss_and_gradients_like_autograd(student, tensors):
    """loss and gradients of a tanh network are those of autograd"""
    X, y = tensors((4, 3)), torch.tensor([0, 2, 1, 2])
    params = {"W1": tensors((5, 3)), "b1": tensors((5,)), "W2": tensors((3, 5)), "b2": tensors((3,))}
    leaves = {name: param.clone().requires_grad_() for name, param in params.items()}
    hidden = (X @ leaves["W1"].T + leaves["b1"]).tanh()
    loss = F.cross_entropy(hidden @ leaves["W2"].T + leaves["b2"], y)
    expected = dict(zip(leaves, torch.autograd.grad(loss, list(leaves.values()))))

    close(
        student.loss_and_grads(X, y, params, activation="tanh"),
        (loss.detach(), expected),
        what="loss and gradients",
    )


@check(hint="Compare the name with the three that exist before you compute anything.")
def test_unknown_activation(rejects):
    """an activation that does not exist raises ValueError"""
    X, params = example()
    rejects(lambda m: m.mlp_forward(X, params, activation="step"))
