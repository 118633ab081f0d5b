"""Known wrong answers to capstone_spirals with their hints, right ones that look different, and the probe for them."""

import torch
from course_data import spirals

from grader.checks import correct, mistake

STATISTICS = "mean, std = X_train.mean(0), X_train.std(0, correction=0)"
SEEDED = """    with torch.random.fork_rng(devices=[]):  # puts the global stream back, also after an error
        torch.manual_seed(seed)
"""

MISTAKES = [
    mistake(
        "no_activation",
        "However many linear layers you stack, the boundary stays straight: what stands between them?",
        swap=(
            """        nn.Linear(features, WIDTH),
        nn.ReLU(),
        nn.Linear(WIDTH, WIDTH),
        nn.ReLU(),
""",
            """        nn.Linear(features, WIDTH),
        nn.Linear(WIDTH, WIDTH),
""",
        ),
        caught_by="test_reaches_target",
    ),
    mistake(
        "raw_features",
        "Try the same points, shifted by a thousand: what do the first weights have to do with such numbers?",
        swap=(STATISTICS, "mean, std = torch.zeros_like(X_train[0]), torch.ones_like(X_train[0])"),
        caught_by="test_scaled_features",
    ),
    mistake(
        "statistics_with_validation",
        "The validation rows have whispered their scale to the training: mean and deviation come from training rows only.",
        swap=(
            STATISTICS,
            "rows = torch.cat([X_train, X_val])\n    mean, std = rows.mean(0), rows.std(0, correction=0)",
        ),
        caught_by="test_honest_validation",
    ),
    mistake(
        "validation_rows_trained_on",
        "Change the validation labels: your training loss should not notice, but it does.",
        swap=(
            "_train_one_epoch(model, optimizer, inputs, y_train)",
            "_train_one_epoch(model, optimizer, torch.cat([inputs, val_inputs]), torch.cat([y_train, y_val]))",
        ),
        caught_by="test_honest_validation",
    ),
    mistake(
        "validation_rows_joined",
        "Training and validation rows are one heap in your run: scale and weights know labels that should only measure.",
        swaps=[
            (
                STATISTICS,
                "X_train, y_train = torch.cat([X_train, X_val]), torch.cat([y_train, y_val])\n    " + STATISTICS,
            ),
        ],
        caught_by="test_honest_validation",
    ),
    mistake(
        "keeps_last_weights",
        "You noted which epoch was best and then handed over another one: a state dict is no copy of the weights.",
        swap=("copy.deepcopy(model.state_dict())", "model.state_dict()"),
        caught_by="test_best_weights",
    ),
    mistake(
        "global_stream_disturbed",
        "After your call, everybody else's random numbers start over: the global stream was seeded and not put back.",
        swap=(SEEDED, "    torch.manual_seed(seed)\n    if True:\n"),
        caught_by="test_leaves_global_state",
    ),
    mistake(
        "seed_ignored",
        "Run it twice with the same seed: where does the seed go?",
        swap=(SEEDED, "    if True:\n"),
        caught_by="test_repeatable",
    ),
    mistake(
        "seed_hard_coded",
        "Run it with two different seeds: yours gives the same run for all of them.",
        swap=("torch.manual_seed(seed)", "torch.manual_seed(0)"),
        caught_by="test_repeatable",
    ),
    mistake(
        "normal_interval",
        "With no correct answer at all your interval has no width: would you bet on that?",
        swaps=[
            ("centre = (p + z**2 / (2 * n)) / (1 + z**2 / n)", "centre = p"),
            ("z * math.sqrt(p * (1 - p) / n + z**2 / (4 * n**2)) / (1 + z**2 / n)", "z * math.sqrt(p * (1 - p) / n)"),
        ],
        caught_by="test_interval",
    ),
    mistake(
        "wilson_not_recentred",
        "The width is right, but the centre moves from the observed share towards one half.",
        swap=("centre = (p + z**2 / (2 * n)) / (1 + z**2 / n)", "centre = p"),
        caught_by="test_interval",
    ),
    mistake(
        "z_not_squared",
        "Check the units of z in each term: where does its square belong?",
        swaps=[
            ("centre = (p + z**2 / (2 * n)) / (1 + z**2 / n)", "centre = (p + z / (2 * n)) / (1 + z / n)"),
            ("z**2 / (4 * n**2)) / (1 + z**2 / n)", "z / (4 * n**2)) / (1 + z / n)"),
        ],
        caught_by="test_interval",
    ),
    mistake(
        "too_large",
        "Twenty thousand parameters are allowed: count yours, layer by layer.",
        swap=("WIDTH = 48", "WIDTH = 150"),
        caught_by="test_small_enough",
    ),
    mistake(
        "three_classes_for_ever",
        "The number of classes stands in the labels; yours stays the same when there are two arms.",
        swap=("int(y_train.max()) + 1", "3"),
        caught_by="test_other_classes",
    ),
    mistake(
        "predicts_unscaled_rows",
        "The network has learned on scaled rows: what does it get to see when you predict?",
        swap=('_scaled(X, result["mean"], result["std"])', "X.float()"),
        caught_by="test_reaches_target",
    ),
    mistake(
        "sample_deviation",
        "The population deviation divides by n: which correction does yours make?",
        swap=("correction=0", "correction=1"),
        caught_by="test_honest_validation",
    ),
    mistake(
        "left_in_training_mode",
        "The model comes back in training mode: whoever uses it next gets dropout and batch statistics.",
        swap=("    model.eval()\n    return {", "    model.train()\n    return {"),
        caught_by="test_best_weights",
    ),
]

ALSO_CORRECT = [
    correct(
        "own_generator",
        source='''
import math

import torch
from torch import Tensor, nn


class Tanh(nn.Module):
    """Weights from a generator of its own: the global stream is never touched."""

    def __init__(self, sizes, generator):
        super().__init__()
        self.weights, self.biases = nn.ParameterList(), nn.ParameterList()
        for below, above in zip(sizes, sizes[1:]):
            self.weights.append(torch.randn(below, above, generator=generator) / math.sqrt(below))
            self.biases.append(torch.zeros(above))

    def forward(self, x: Tensor) -> Tensor:
        last = len(self.weights) - 1
        for i, (weight, bias) in enumerate(zip(self.weights, self.biases)):
            x = x @ weight + bias
            x = x if i == last else torch.tanh(x)
        return x


def cross_entropy(logits: Tensor, y: Tensor) -> Tensor:
    return (logits.logsumexp(1) - logits.gather(1, y[:, None]).squeeze(1)).mean()


def train_spirals(X_train, y_train, X_val, y_val, seed, max_epochs=200):
    """The whole training set at once, and an end when nothing is left to learn on it."""
    if X_train.shape[0] != y_train.shape[0] or X_val.shape[0] != y_val.shape[0] or max_epochs <= 0:
        raise ValueError("bad input")
    generator = torch.Generator().manual_seed(seed)
    mean = X_train.sum(0) / len(X_train)
    std = ((X_train - mean) ** 2).mean(0).sqrt()
    x, v = (((X - mean) / std).to(torch.float32) for X in (X_train, X_val))
    classes = 1 + y_train.max().item()
    model = Tanh([x.shape[1], 60, 60, classes], generator)
    optimizer = torch.optim.Adam(model.parameters(), lr=0.03, betas=(0.9, 0.99))
    train_loss, val_loss, val_acc, kept = [], [], [], []
    for _ in range(max_epochs):
        optimizer.zero_grad()
        loss = cross_entropy(model(x), y_train)
        loss.backward()
        optimizer.step()
        train_loss.append(float(loss.detach()))
        with torch.no_grad():
            logits = model(v)
            val_loss.append(float(cross_entropy(logits, y_val)))
            val_acc.append(int((logits.max(1).indices == y_val).sum()) / len(y_val))
            if min(val_loss) == val_loss[-1] and val_loss.count(val_loss[-1]) == 1:
                kept = [p.clone() for p in model.parameters()]
        if train_loss[-1] < 0.01:
            break
    with torch.no_grad():
        for p, best in zip(model.parameters(), kept):
            p.copy_(best)
    return dict(
        model=model.requires_grad_(False).eval(),
        mean=mean,
        std=std,
        history=dict(train_loss=train_loss, val_loss=val_loss, val_acc=val_acc),
        best_epoch=val_loss.index(min(val_loss)),
        seed=seed,
    )


def predict_spirals(result, X):
    z = (X - result["mean"]) / result["std"]
    return torch.softmax(result["model"](z.float()), dim=1).max(1)[1].detach()


def wilson_interval(correct, n, z=1.959963984540054):
    """The two roots of (p - correct/n)**2 = z**2 p (1 - p) / n."""
    if n <= 0 or correct < 0 or correct > n:
        raise ValueError("impossible counts")
    a, b, c = n + z * z, -(2 * correct + z * z), correct * correct / n
    root = math.sqrt(max(b * b - 4 * a * c, 0.0))
    return (-b - root) / (2 * a), (-b + root) / (2 * a)
''',
    ),
    correct(
        "normed_and_scheduled",
        source='''
import math
from contextlib import contextmanager

import torch
from torch import nn
from torch.nn import functional as F


@contextmanager
def seeded(seed):
    state = torch.get_rng_state()
    torch.manual_seed(seed)
    try:
        yield
    finally:
        torch.set_rng_state(state)


class Net(nn.Module):
    """Batch norm and a residual connection; waves in place of kinks."""

    def __init__(self, d, classes, width=56):
        super().__init__()
        self.first, self.second = nn.Linear(d, width), nn.Linear(width, width)
        self.norm, self.last = nn.BatchNorm1d(width), nn.Linear(width, classes)

    def forward(self, x):
        h = torch.sin(2 * self.first(x))
        return self.last(h + F.gelu(self.norm(self.second(h))))


def evaluate(model, X, y):
    model.eval()
    losses, right = 0.0, 0
    with torch.inference_mode():
        for a, b in zip(X.split(64), y.split(64)):
            scores = model(a)
            losses += F.cross_entropy(scores, b, reduction="sum").double().item()
            right += (scores.argmax(-1) == b).sum().item()
    return losses / len(y), right / len(y)


def train_spirals(X_train, y_train, X_val, y_val, seed, max_epochs=200):
    for X, y in ((X_train, y_train), (X_val, y_val)):
        if len(X) != len(y):
            raise ValueError("lengths")
    if not max_epochs >= 1:
        raise ValueError("epochs")
    std, mean = torch.std_mean(X_train, dim=0, unbiased=False)
    prepare = lambda X: (X - mean).div(std).float()
    a, v = prepare(X_train), prepare(X_val)
    records, best = [], None
    with seeded(seed):
        model = Net(a.shape[1], len(torch.bincount(y_train)))
        steps = max_epochs * max(1, len(a) // 150)
        optimizer = torch.optim.SGD(model.parameters(), lr=0.05, momentum=0.9, nesterov=True, weight_decay=1e-4)
        falling = lambda k: 0.5 * (1.02 + math.cos(math.pi * min(1, k / steps)))
        schedule = torch.optim.lr_scheduler.LambdaLR(optimizer, falling)
        for epoch in range(max_epochs):
            model.train()
            order, losses = torch.randperm(len(a)), []
            for rows in order.chunk(max(1, len(a) // 150)):
                loss = nn.CrossEntropyLoss()(model(a[rows]), y_train[rows])
                model.zero_grad()
                loss.backward()
                optimizer.step()
                schedule.step()
                losses.append(loss.item())
            records.append((sum(losses) / len(losses), *evaluate(model, v, y_val)))
            if best is None or records[-1][1] < records[best][1]:
                best, weights = epoch, {key: value.detach().clone() for key, value in model.state_dict().items()}
    model.load_state_dict(weights)
    model.eval()
    history = {key: list(column) for key, column in zip(("train_loss", "val_loss", "val_acc"), zip(*records))}
    return {"model": model, "mean": mean, "std": std, "history": history, "best_epoch": best}


@torch.no_grad()
def predict_spirals(result, X):
    result["model"].eval()
    return result["model"](torch.sub(X, result["mean"]).div(result["std"]).float()).argmax(dim=-1)


def wilson_interval(correct, n, z=1.959963984540054):
    if not (n >= 1 and 0 <= correct <= n):
        raise ValueError("counts")
    wrong = n - correct
    centre = (correct + z**2 / 2) / (n + z**2)
    half = z / (n + z**2) * math.sqrt(correct * wrong / n + z**2 / 4)
    return centre - half, centre + half
''',
    ),
]


def probe(m):
    """Short runs on a few rows: yes or no to each promise of the statement, and four intervals."""
    data = [*spirals(12, 3, 1.0, 0.1, 1), *spirals(8, 3, 1.0, 0.1, 2)]
    X_train, y_train, X_val, y_val = data
    X_test = 50 * spirals(8, 3, 1.0, 0.1, 3)[0] + 1000
    far = [50 * X_train + 1000, y_train, 50 * X_val + 1000, y_val]
    rotated = [X_train, y_train, X_val, (y_val + 1) % 3]

    def ran(data=data, seed=5, max_epochs=2, **more):
        return m.kit.run(m.train_spirals, m.predict_spirals, data, seed, X_test=X_test, max_epochs=max_epochs, **more)

    def statistics():
        joined, seen = torch.cat([X_train, X_val]), ran(max_epochs=1)
        known = {
            "training rows": (X_train.mean(0), X_train.std(0, correction=0)),
            "all rows": (joined.mean(0), joined.std(0, correction=0)),
            "none": (torch.zeros(2), torch.ones(2)),
            "sample deviation": (X_train.mean(0), X_train.std(0, correction=1)),
        }
        found = [
            name
            for name, (mean, std) in known.items()
            if torch.allclose(seen["mean"].double(), mean.double(), rtol=1e-4, atol=1e-5)
            and torch.allclose(seen["std"].double(), std.double(), rtol=1e-4, atol=1e-5)
        ]
        return found[0] if found else "others"

    def same(one, other):
        return bool(abs(one["history"]["train_loss"][-1] - other["history"]["train_loss"][-1]) < 1e-6)

    def best_weights():
        seen = ran(rotated, max_epochs=10)
        return bool(abs(seen["validation loss of the model"] - min(seen["history"]["val_loss"])) < 1e-3)

    def stream():
        fresh = torch.rand(4, generator=torch.Generator().manual_seed(7))
        return bool(torch.equal(ran(outer_seed=7)["global draws afterwards"][0], fresh))

    def own_answers():
        seen = ran(far, max_epochs=15)
        return bool(torch.equal(seen["predictions"], seen["answers of the model"]))

    two = [*spirals(12, 2, 1.0, 0.1, 1), *spirals(8, 2, 1.0, 0.1, 2)]
    start, end = X_train[:12], X_train[24:]
    return {
        "bends": lambda: m.kit.bend(m.train_spirals, data, 5, start, end) > 1e-4,
        "statistics": statistics,
        "deaf to validation labels": lambda: same(ran(), ran(rotated)),
        "best weights": best_weights,
        "stream kept": stream,
        "repeats": lambda: same(ran(outer_seed=1), ran(outer_seed=2)),
        "another seed, another run": lambda: not same(ran(), ran(seed=6)),
        "small": lambda: ran(max_epochs=1)["parameters"] <= 20_000,
        "mode": lambda: ran(max_epochs=1)["training mode"],
        "classes": lambda: ran(two, max_epochs=1)["shape of the logits"][1],
        "own answers": own_answers,
        "intervals": lambda: [list(m.wilson_interval(*counts)) for counts in ((45, 50), (0, 10), (10, 10), (3, 7))],
    }
