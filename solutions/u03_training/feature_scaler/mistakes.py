"""Wrong and also-right programs of feature_scaler, and the probe that tells them apart."""

import torch

from grader.checks import correct, mistake

STD = "std = (X - mean).square().mean(dim=0).sqrt()"

MISTAKES = [
    mistake(
        "sample_std",
        "With this course's definition the scaled training column has population variance exactly 1. What do you divide the sum of squares by?",
        swap=(STD, "std = X.std(dim=0)"),
        caught_by="test_learned_statistics",
    ),
    mistake(
        "divides_by_variance",
        "Units matter: metres divided by square metres are no pure number. Is a root missing?",
        swap=(STD, "std = (X - mean).square().mean(dim=0)"),
        caught_by="test_learned_statistics",
    ),
    mistake(
        "global_statistics",
        "Every feature has its own scale; you use one mean and one deviation for all of them.",
        swaps=[
            ("mean = X.mean(dim=0)", "mean = X.mean().expand(X.shape[1])"),
            (STD, "std = X.std(correction=0).expand(X.shape[1])"),
        ],
        caught_by="test_learned_statistics",
    ),
    mistake(
        "row_statistics",
        "You scale examples, not features: along which axis do you take the mean?",
        swaps=[
            ("mean = X.mean(dim=0)", "mean = X.mean(dim=1, keepdim=True)"),
            (STD, "std = (X - mean).square().mean(dim=1, keepdim=True).sqrt()"),
            ("torch.where(_is_constant(X), 1.0, std)", "torch.where(std == 0, 1.0, std)"),
            (
                "or X.shape[1] != len(learned):\n",
                "or (X.shape[1] != len(learned) and learned.dim() == 1):\n",
            ),
        ],
        caught_by="test_learned_statistics",
    ),
    mistake(
        "refits_on_transform",
        "New data must be seen with the eyes of the training data; yours are measured with their own mean and deviation.",
        swap=(
            "_require_columns(X, self.mean_)\n",
            "_require_columns(X, self.mean_)\n        self.fit(X)\n",
        ),
        caught_by="test_transform_new",
    ),
    mistake(
        "zero_spread_nan",
        "One of your columns never changes. What is its spread, and what do you divide by?",
        swaps=[
            ("torch.where(_is_constant(X), 1.0, std)", "std"),
            ("torch.where(_is_constant(X), 1.0, high - low)", "high - low"),
        ],
        caught_by="test_constant_column",
    ),
    mistake(
        "zero_test_on_rounded_spread",
        "The deviation of 0.1, 0.1, 0.1 is computed as a tiny number, not as zero. How else can you tell that all entries are equal?",
        swap=("torch.where(_is_constant(X), 1.0, std)", "torch.where(std == 0, 1.0, std)"),
        caught_by="test_constant_column",
    ),
    mistake(
        "small_number_added",
        "A small number added to every deviation changes the honest ones too, most of all those that are small themselves.",
        swap=("torch.where(_is_constant(X), 1.0, std)", "std + 1e-8"),
        caught_by="test_learned_statistics",
    ),
    mistake(
        "inverse_wrong_order",
        "Undo the steps in reverse order: what was done last comes off first.",
        swap=("Z * self.std_ + self.mean_", "(Z + self.mean_) * self.std_"),
        caught_by="test_round_trip",
    ),
    mistake(
        "minmax_divides_by_max",
        "The largest training value should land exactly on 1. How far is it from the smallest?",
        swap=("torch.where(_is_constant(X), 1.0, high - low)", "torch.where(_is_constant(X), 1.0, high)"),
        caught_by="test_min_max",
    ),
    mistake(
        "minmax_clips",
        "New rows may lie beyond the training rows, and that is worth knowing; yours are pressed into the range.",
        swap=("return (X - self.min_) / self.range_", "return ((X - self.min_) / self.range_).clamp(0, 1)"),
        caught_by="test_min_max",
    ),
    mistake(
        "fit_transform_forgets",
        "After fit_transform the scaler should know the statistics: the next rows come without a fit.",
        swap=("return self.fit(X).transform(X)", "return StandardScaler().fit(X).transform(X)"),
        caught_by="test_transform_new",
    ),
    mistake(
        "columns_unchecked",
        "Rows with a single column fit by broadcasting; nobody notices that they belong to another table.",
        swap=("if X.dim() != 2 or X.shape[1] != len(learned):", "if X.dim() != 2:"),
        caught_by="test_bad_input",
    ),
]

ALSO_CORRECT = [
    correct(
        "var_and_loops",
        source="""
import torch


class StandardScaler:
    def __init__(self):
        self.ready = False

    def fit(self, X):
        if X.ndim != 2 or X.size(0) < 1:
            raise ValueError("rows, please")
        variance, mean = torch.var_mean(X, dim=0, unbiased=False)
        std = variance.sqrt()
        for j in range(X.size(1)):
            if (X[:, j] == X[0, j]).all():
                std[j] = 1
        self.mean_, self.std_, self.ready = mean, std, True
        return self

    def check(self, X):
        if not self.ready or X.size(-1) != self.mean_.numel():
            raise ValueError("unknown rows")

    def transform(self, X):
        self.check(X)
        Z = X.clone()
        for j in range(X.size(1)):
            Z[:, j] -= self.mean_[j]
            Z[:, j] /= self.std_[j]
        return Z

    def fit_transform(self, X):
        self.fit(X)
        return self.transform(X)

    def inverse_transform(self, Z):
        self.check(Z)
        return torch.addcmul(self.mean_, Z, self.std_)


class MinMaxScaler:
    def __init__(self):
        self.ready = False

    def fit(self, X):
        if X.ndim != 2 or X.size(0) < 1:
            raise ValueError("rows, please")
        ordered = X.sort(dim=0).values
        self.min_ = ordered[0].clone()
        self.range_ = ordered[-1] - ordered[0]
        self.range_[self.range_ == 0] = 1
        self.ready = True
        return self

    def transform(self, X):
        if not self.ready or X.size(-1) != self.min_.numel():
            raise ValueError("unknown rows")
        return X.sub(self.min_).div(self.range_)
""",
    ),
    correct(
        "one_base_class",
        source='''
import math

import torch
from torch import Tensor


class _Affine:
    """z = (x - shift) / scale, with both learned by a subclass."""

    def __init__(self):
        self.learned = None

    def fit(self, X: Tensor):
        if len(X.shape) != 2:
            raise ValueError("not a table")
        if X.shape[0] == 0:
            raise ValueError("no rows")
        shift, scale = self.learn(X.T)
        spread = X.max(dim=0)[0] - X.min(dim=0)[0]
        self.learned = shift, scale.masked_fill(spread == 0, 1)
        return self

    def _get(self, X):
        if self.learned is None:
            raise ValueError("not fitted")
        if X.shape[1] != self.learned[0].shape[0]:
            raise ValueError("columns")
        return self.learned

    def transform(self, X: Tensor) -> Tensor:
        shift, scale = self._get(X)
        return X / scale - shift / scale


class StandardScaler(_Affine):
    def learn(self, columns):
        n = columns.shape[1]
        mean = columns.sum(1) / n
        return mean, torch.linalg.vector_norm(columns - mean[:, None], dim=1) / math.sqrt(n)

    mean_ = property(lambda self: self.learned[0])
    std_ = property(lambda self: self.learned[1])

    def fit_transform(self, X):
        return self.fit(X).transform(X)

    def inverse_transform(self, Z):
        shift, scale = self._get(Z)
        return Z @ torch.diag(scale) + shift


class MinMaxScaler(_Affine):
    def learn(self, columns):
        low, high = torch.aminmax(columns, dim=1)
        return low, high - low

    min_ = property(lambda self: self.learned[0])
    range_ = property(lambda self: self.learned[1])
''',
    ),
]


def probe(m):
    """Six training rows with columns of scale 1, 10, 0.00001 and two constant ones, and four new rows."""
    waves = torch.sin(torch.arange(1, 51, dtype=torch.float64)).reshape(10, 5)
    table = waves * torch.tensor([1.0, 10.0, 1e-5, 0.0, 0.0]) + torch.tensor([-2.0, 30.0, 0.0, 4.0, 0.1])
    table[6:, 3:] += waves[6:, 3:]
    X, new, Z = table[:6], table[6:], waves[:4]

    def standard(rows=X):
        scaler = m.StandardScaler()
        scaler.fit(rows)
        return scaler

    def minmax(rows=X):
        scaler = m.MinMaxScaler()
        scaler.fit(rows)
        return scaler

    def after(method):
        scaler = m.StandardScaler()
        getattr(scaler, method)(X)
        return scaler.transform(new)[:, :3]

    # Columns with and without spread apart: a program that is wrong in one of them agrees with a mistake in that one.
    return {
        "mean_": lambda: standard().mean_,
        "std_": lambda: standard().std_[:3],
        "std_ of constants": lambda: standard().std_[3:],
        "std_ of 0.7": lambda: [
            bool(standard(torch.full((n, 1), 0.7, dtype=torch.float64)).std_ == 1) for n in (3, 6, 7, 13)
        ],
        "training rows": lambda: standard().transform(X)[:, :3],
        "new rows": lambda: after("fit"),
        "new rows after fit_transform": lambda: after("fit_transform"),
        "new rows, constants": lambda: standard().transform(new)[:, 3:],
        "back": lambda: standard().inverse_transform(Z)[:, :3],
        "min_": lambda: minmax().min_,
        "range_": lambda: minmax().range_[:3],
        "range_ of constants": lambda: minmax().range_[3:],
        "training rows, min-max": lambda: minmax().transform(X)[:, :3],
        "new rows, min-max": lambda: minmax().transform(new)[:, :3],
        "one column": lambda: standard().transform(X[:, :1]).shape == X.shape,
        "one column, min-max": lambda: minmax().transform(X[:, :1]).shape == X.shape,
    }
