"""Hidden checks of rnn_bptt. The truth is autograd, run here on the plain recurrence."""

import torch

from grader.checks import check, close, ensure

BOTH = ("float64", "float32")
NAMES = ("dx", "dh0", "dWx", "dWh", "db")


def draw(tensors, B=3, T=5, D=2, H=4):
    """(x, h0, Wx, Wh, b) with states that are neither tiny nor saturated."""
    return (
        tensors((B, T, D)),
        tensors((B, H), scale=0.5),
        tensors((H, D), scale=0.5),
        tensors((H, H), scale=0.5),
        tensors((H,), scale=0.3),
    )


def truth(given, dhs=None, k=None):
    """The states, and with `dhs` the gradients by autograd, the state detached after every k-th step."""
    leaves = [t.clone().requires_grad_() for t in given]
    x, h, Wx, Wh, b = leaves
    states = []
    for t in range(x.shape[1]):
        if k is not None and t > 0 and t % k == 0:
            h = h.detach()
        h = torch.tanh(x[:, t] @ Wx.T + h @ Wh.T + b)
        states.append(h)
    hs = torch.stack(states, dim=1)
    if dhs is None:
        return hs.detach()
    # A scalar, because the first use of grad_outputs in a process imports a quarter of a second of modules.
    return dict(zip(("dx", "dh0", "dWx", "dWh", "db"), torch.autograd.grad((dhs * hs).sum(), leaves)))


def compared(student, given, dhs, wanted=NAMES, k=None):
    """Compare some of the student's gradients with those of autograd."""
    x, h0, Wx, Wh, _ = given
    found = student.rnn_backward(dhs, x, h0, truth(given), Wx, Wh, **({} if k is None else {"truncate": k}))
    due = truth(given, dhs, k)
    ensure(
        isinstance(found, dict) and set(found) == set(NAMES),
        f"Return a dict with the keys {', '.join(NAMES)}.",
    )
    said = f"B, T = {x.shape[0]}, {x.shape[1]}" + (f", truncate={k}" if k is not None else "")
    for name in wanted:
        close(found[name], due[name], what=f"{name} for {said}")


@check(points=4, dtypes=BOTH, hint="Write out the first two states of one sequence: which matrix meets which vector?")
def test_forward_values(agree, tensors, student):
    """the states of several sequences, of one sequence and of one step, as torch's RNN computes them"""
    given = draw(tensors)
    cases = {"B, T = 3, 5": given, "B, T = 1, 7": draw(tensors, 1, 7, 3, 2), "B, T = 2, 1": draw(tensors, 2, 1, 3, 3)}
    turned = draw(tensors)
    cases["inputs in other strides"] = (tensors((5, 3, 2)).transpose(0, 1), *turned[1:])
    agree(lambda m: {f"states, {name}": m.rnn_forward(*case) for name, case in cases.items()})

    x, h0, Wx, Wh, b = given
    weights = [Wx, Wh, b, torch.zeros_like(b)]
    expected, _ = torch.rnn_tanh(x, h0[None], weights, True, 1, 0.0, False, False, True)
    close(student.rnn_forward(*given), expected, what="the states")


@check(
    points=5, dtypes=BOTH, hint="One weight was used at every step of every sequence: what did it multiply each time?"
)
def test_weights_gradient(agree, tensors, student):
    """dWx, dWh and db for several sequences, for one sequence, for one step and for a single unit"""
    for sizes in ((3, 5, 2, 4), (1, 4, 3, 2), (2, 1, 2, 3), (2, 3, 2, 1)):
        given = draw(tensors, *sizes)
        compared(student, given, tensors((sizes[0], sizes[1], sizes[3])), ("dWx", "dWh", "db"))
    x, h0, Wx, Wh, _ = given = draw(tensors)
    dhs, hs = tensors((3, 5, 4)), truth(given)

    def weights(m):
        found = m.rnn_backward(dhs, x, h0, hs, Wx, Wh)
        return {name: found[name] for name in ("dWx", "dWh", "db")}

    agree(weights)


@check(points=4, dtypes=BOTH, hint="Which two ways lead from one input to the loss, and which from the start state?")
def test_input_and_start_gradient(agree, tensors, student):
    """dx and dh0 for several sequences, for one sequence and for one step"""
    for sizes in ((3, 5, 2, 4), (1, 4, 3, 2), (2, 1, 2, 3)):
        given = draw(tensors, *sizes)
        compared(student, given, tensors((sizes[0], sizes[1], sizes[3])), ("dx", "dh0"))
    x, h0, Wx, Wh, _ = given = draw(tensors)
    dhs, hs = tensors((5, 3, 4)).transpose(0, 1), truth(given)  # not contiguous

    def others(m):
        found = m.rnn_backward(dhs, x, h0, hs, Wx, Wh)
        return {name: found[name] for name in ("dx", "dh0")}

    agree(others)


@check(points=2, hint="The loss sees the last state only; how does the first step hear of it?")
def test_last_step_loss(tensors, student):
    """all gradients when only the last state, or only one in the middle, meets the loss"""
    for step in (4, 2):
        given = draw(tensors, 2, 5, 3, 4)
        dhs = torch.zeros_like(truth(given))
        dhs[:, step] = tensors((2, 4))
        compared(student, given, dhs)


@check(
    points=3,
    dtypes=BOTH,
    hint="Number the steps from 0 and draw a wall after every k of them: which arrows cross it, and is h0 behind one?",
)
def test_truncated(tensors, student):
    """all gradients with pieces of 1, 2 and 3 steps, as with a state detached between them"""
    for T, pieces in ((5, (1, 2, 3)), (6, (2, 3))):
        given = draw(tensors, 2, T, 3, 4)
        dhs = tensors((2, T, 4))
        for k in pieces:
            compared(student, given, dhs, k=k)


@check(points=1, hint="Each step back multiplies with the recurrent matrix and with a slope; how large can the two be?")
def test_vanishing(agree, tensors, student):
    """with half the identity as recurrent matrix, the start state's gradient shrinks faster than 0.5 to the power T"""
    x, h0, Wx, _, b = draw(tensors, 2, 8, 3, 4)
    Wh = 0.5 * torch.eye(4, dtype=x.dtype)
    states = truth((x, h0, Wx, Wh, b))

    def largest(m):
        sizes = {}
        for T in (1, 2, 4, 8):
            hs = states[:, :T]
            dhs = torch.zeros_like(hs)
            dhs[:, -1] = 1.0
            sizes[f"T = {T}"] = float(m.rnn_backward(dhs, x[:, :T], h0, hs, Wx, Wh)["dh0"].abs().max())
        return sizes

    agree(lambda m: {"largest entry of dh0": largest(m)})
    for T, size in zip((1, 2, 4, 8), largest(student).values()):
        ensure(
            size < 0.5**T,
            f"After {T} steps back an entry of dh0 is {size:.3g}, not below 0.5 to the power {T}: "
            "every step should have multiplied with 0.5 and with a slope below 1.",
        )


@check(points=1, hint="Which widths have to fit together, and what is the shortest piece?")
def test_bad_input(rejects, tensors, student):
    """widths that don't fit and pieces below one step raise ValueError; pieces of one step or too many are fine"""
    x, h0, Wx, Wh, b = given = draw(tensors, 2, 3, 3, 4)
    dhs, hs = tensors((2, 3, 4)), truth(given)
    for width in (1, 2, 4):
        wrong = tensors((2, 3, width))
        rejects(
            lambda m, wrong=wrong: m.rnn_forward(wrong, h0, Wx, Wh, b), what=f"inputs of width {width} instead of 3"
        )
    for width in (1, 3, 5):
        wrong = tensors((2, width))
        rejects(
            lambda m, wrong=wrong: m.rnn_forward(x, wrong, Wx, Wh, b), what=f"a state of width {width} instead of 4"
        )
    for k in (0, -1, -3):
        rejects(lambda m, k=k: m.rnn_backward(dhs, x, h0, hs, Wx, Wh, truncate=k), what=f"truncate={k}")
    for k in (1, 3, 4, 50):
        compared(student, given, dhs, k=k)
