"""Hidden checks of logreg_gradient. The truth is PyTorch's own loss and autograd, run here."""

import torch
import torch.nn.functional as F

from grader.checks import check, close, ensure

BOTH = ("float64", "float32")
NAMES = ["z", "p", "loss", "dz", "dw", "db"]


def hard(generator, shape, dtype):
    """Labels 0 and 1."""
    return torch.randint(0, 2, shape, generator=generator).to(dtype)


def soft(generator, shape, dtype):
    """Labels from 0 to 1."""
    return torch.rand(shape, generator=generator, dtype=torch.float64).to(dtype)


def problems(tensors, generator, dtype):
    """Three problems X, y, w, b: several rows (X not contiguous), soft labels, and a single row."""
    return {
        "seven rows": (tensors((3, 7)).T, hard(generator, (7,), dtype), tensors((3,)), tensors(())),
        "soft labels": (tensors((5, 4)), soft(generator, (5,), dtype), tensors((4,)), tensors(())),
        "one row": (tensors((1, 2)), torch.zeros(1, dtype=dtype), tensors((2,)), tensors(())),
    }


def nodes(m, names, cases):
    """The named nodes of each problem."""
    found = {}
    for case, arguments in cases.items():
        graph = m.logreg_forward_backward(*arguments)
        found |= {f"{name} of {case}": graph[name] for name in names}
    return found


@check(points=1.5, dtypes=BOTH, hint="What are the probabilities for a score of 0, and for a score and its negative?")
def test_sigmoid_values(agree, tensors, student):
    """probabilities of moderate scores, in several shapes"""
    scores = {"a table": 2 * tensors((4, 3)).T, "a vector": 4 * tensors((6,)), "a single score": tensors(())}
    agree(lambda m: {f"the sigmoid of {name}": m.sigmoid(z) for name, z in scores.items()})
    close(
        {f"the sigmoid of {name}": student.sigmoid(z) for name, z in scores.items()},
        {f"the sigmoid of {name}": torch.sigmoid(z) for name, z in scores.items()},
    )


@check(points=1, dtypes=BOTH, hint="Which exponential overflows for a large score, and what is divided by what then?")
def test_sigmoid_extremes(student, dtype):
    """probabilities of scores up to 10,000 in size"""
    z = torch.tensor([-1e4, -900.0, -100.0, -40.0, 0.0, 40.0, 100.0, 900.0, 1e4], dtype=dtype)
    found = student.sigmoid(z)
    close(found, torch.sigmoid(z), what="the sigmoid of scores from -10,000 to 10,000")
    close(student.sigmoid(z[-1]), torch.ones((), dtype=dtype), what="the sigmoid of 10,000 alone")


@check(points=2, dtypes=BOTH, hint="Average over all entries; with a soft label both halves of the loss count.")
def test_loss_values(agree, tensors, generator, dtype, student):
    """the mean loss for hard and soft labels, in several shapes"""
    cases = {
        "hard labels": (2 * tensors((9,)), hard(generator, (9,), dtype)),
        "soft labels": (2 * tensors((9,)), soft(generator, (9,), dtype)),
        "a table": (tensors((4, 3)).T, soft(generator, (3, 4), dtype)),
        "three axes": (tensors((2, 3, 2)), hard(generator, (2, 3, 2), dtype)),
        "one score": (tensors(()), soft(generator, (), dtype)),
    }

    def losses(m):
        return {f"the loss with {name}": m.bce_with_logits(z, y) for name, (z, y) in cases.items()}

    agree(losses)
    truth = F.binary_cross_entropy_with_logits
    close(losses(student), {f"the loss with {name}": truth(z, y) for name, (z, y) in cases.items()})


@check(
    points=1.5,
    dtypes=BOTH,
    hint="What does a score of 900 on the wrong side cost, and where does that number get lost?",
)
def test_loss_extremes(student, dtype):
    """scores up to 10,000 cost what they should, on the right side and on the wrong one, also inside the graph"""
    z = torch.tensor([900.0, 900.0, -900.0, -900.0, 40.0, -40.0, 1e4, 120.0, -1e4, 900.0], dtype=dtype)
    y = torch.tensor([0.0, 1.0, 0.0, 1.0, 0.0, 1.0, 0.0, 0.0, 0.0, 0.25], dtype=dtype)
    due = torch.tensor([900.0, 0.0, 0.0, 900.0, 40.0, 40.0, 1e4, 120.0, 0.0, 675.0], dtype=dtype)
    for score, label, loss in zip(z[::3], y[::3], due[::3]):
        what = f"the loss of the score {float(score):g} with label {float(label):g}"
        close(student.bce_with_logits(score[None], label[None]), loss, what=what)
    close(student.bce_with_logits(z, y), due.mean(), what="the mean loss of ten large scores")

    one, zero = torch.ones(1, dtype=dtype), torch.zeros((), dtype=dtype)
    graph = student.logreg_forward_backward(z[:4, None], y[:4], one, zero)
    due_graph = {"loss": torch.tensor(450.0, dtype=dtype), "dz": torch.tensor([0.25, 0.0, 0.0, -0.25], dtype=dtype)}
    close({name: graph[name] for name in due_graph}, due_graph, what="the graph for scores of 900 and -900")


@check(
    points=1.5, dtypes=BOTH, hint="If a probability is above its label, should the gradient of the score be positive?"
)
def test_graph_nodes(agree, tensors, generator, dtype, student):
    """z, p, loss and dz of several problems, under the six keys in their order"""
    cases = problems(tensors, generator, dtype)
    agree(lambda m: nodes(m, ("z", "p", "loss", "dz"), cases))
    keys = list(student.logreg_forward_backward(*cases["one row"]))
    ensure(keys == NAMES, f"The keys are {keys}; they should be {NAMES}, in this order.")


@check(
    points=2, dtypes=BOTH, hint="dz already carries the mean; how does each row's dz reach the weights and the bias?"
)
def test_gradients(agree, tensors, generator, dtype, student):
    """dw and db of several problems, as autograd finds them"""
    cases = problems(tensors, generator, dtype)
    agree(lambda m: nodes(m, ("dw", "db"), cases))
    expected = {}
    for case, (X, y, w, b) in cases.items():
        leaves = w.clone().requires_grad_(), b.clone().requires_grad_()
        loss = F.binary_cross_entropy_with_logits(X @ leaves[0] + leaves[1], y)
        dw, db = torch.autograd.grad(loss, leaves)
        expected |= {f"dw of {case}": dw, f"db of {case}": db}
    close(nodes(student, ("dw", "db"), cases), expected)


@check(points=0.5, hint="Which shapes would broadcasting accept without a word?")
def test_bad_input(rejects, tensors):
    """scores and labels of different shapes raise ValueError"""
    z = tensors((4,))
    for shape in ((4, 1), (1, 4), (3,), (1,), ()):
        rejects(
            lambda m, shape=shape: m.bce_with_logits(z, torch.ones(shape, dtype=torch.float64)),
            what=f"scores of shape (4,) and labels of shape {shape}",
        )
    rejects(
        lambda m: m.bce_with_logits(z[0], torch.ones(1, dtype=torch.float64)), what="one score () and one label (1,)"
    )
