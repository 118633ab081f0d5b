"""Known wrong answers to batch_norm with their hints, other right answers, and the probe that tells them apart."""

import torch

from grader.checks import correct, mistake

MISTAKES = [
    mistake(
        "running_variance_biased",
        "The stored variance is an estimate for new data; one degree of freedom has been used up by the mean.",
        swap=("var * count / (count - 1)", "var"),
        caught_by="test_running_statistics",
    ),
    mistake(
        "normalises_with_sample_variance",
        "The batch itself is scaled by its own plain variance: by which number is the sum of squares divided?",
        swaps=[
            (
                "(x - _wide(mean, x)).square().mean(axes)  # the plain variance of this batch",
                "(x - _wide(mean, x)).square().sum(axes) / (count - 1)",
            ),
            ("var * count / (count - 1)", "var"),
        ],
        caught_by="test_forward_train",
    ),
    mistake(
        "momentum_swapped",
        "In PyTorch momentum is the weight of the new batch; yours keeps that share of the old value.",
        swaps=[
            ("keep * self.running_mean + self.momentum * mean", "self.momentum * self.running_mean + keep * mean"),
            (
                "keep * self.running_var + self.momentum * unbiased_var",
                "self.momentum * self.running_var + keep * unbiased_var",
            ),
        ],
        caught_by="test_running_statistics",
    ),
    mistake(
        "eval_uses_batch",
        "A single test example should get the same answer whatever comes with it: whose mean do you use there?",
        swap=(
            "mean, var = self.running_mean, self.running_var",
            "mean = x.mean(axes)\n            var = (x - _wide(mean, x)).square().mean(axes)",
        ),
        caught_by="test_forward_eval",
    ),
    mistake(
        "eval_updates_running",
        "Measuring must leave no trace: your statistics change in evaluation mode.",
        swap=(
            "            mean, var = self.running_mean, self.running_var\n",
            "            mean, var = self.running_mean, self.running_var\n"
            "            seen = x.mean(axes)\n"
            "            spread = (x - _wide(seen, x)).square().sum(axes) / max(x.numel() // x.shape[1] - 1, 1)\n"
            "            self._remember(seen, spread)\n",
        ),
        caught_by="test_forward_eval",
    ),
    mistake(
        "eps_outside_root",
        "Here the small number is under the root, added to the variance.",
        swap=("(var + self.eps).sqrt()", "var.sqrt() + self.eps"),
        caught_by="test_forward_train",
    ),
    mistake(
        "statistics_over_features",
        "You have built another kind of norm: yours looks across the features of a row, not across the batch.",
        swap=(
            "        x_hat = (x - _wide(mean, x)) / _wide(root, x)\n",
            "        x_hat = (x - _wide(mean, x)) / _wide(root, x)\n"
            "        if self.training:\n"
            "            row = x - x.mean(1, keepdim=True)\n"
            "            x_hat = row / (row.square().mean(1, keepdim=True) + self.eps).sqrt()\n",
        ),
        caught_by="test_forward_train",
    ),
    mistake(
        "backward_treats_statistics_as_constants",
        "Mean and variance depend on every x; their share of the gradient is missing.",
        swap=("if not was_training:", "if True:"),
        caught_by="test_backward_train",
    ),
    mistake(
        "backward_ignores_variance",
        "One more path leads from x to the output: through the variance.",
        swap=(" - x_hat * _wide(through_var, dout))", ")"),
        caught_by="test_backward_train",
    ),
    mistake(
        "spatial_axes_kept",
        "A channel has one mean, not one for every pixel: which axes does yours go over?",
        swaps=[
            (
                "            mean = x.mean(axes)\n",
                "            pixel_mean = x.mean(0)\n            mean = x.mean(axes)\n",
            ),
            (
                "        x_hat = (x - _wide(mean, x)) / _wide(root, x)\n",
                "        x_hat = (x - _wide(mean, x)) / _wide(root, x)\n"
                "        if self.training:\n"
                "            x_hat = (x - pixel_mean) / (x.var(0, unbiased=False) + self.eps).sqrt()\n",
            ),
        ],
        caught_by="test_images",
    ),
    mistake(
        "eval_backward_as_in_training",
        "In evaluation mode the statistics are constants: no gradient flows through them.",
        swap=("if not was_training:", "if False:"),
        caught_by="test_backward_eval",
    ),
    mistake(
        "gradients_averaged",
        "The gradients of gamma and beta are sums over the channel; the average belongs into the loss.",
        swaps=[
            ("dgamma = (dout * x_hat).sum(axes)", "dgamma = (dout * x_hat).mean(axes)"),
            ("dbeta = dout.sum(axes)", "dbeta = dout.mean(axes)"),
        ],
        caught_by="test_gamma_beta_grads",
    ),
    mistake(
        "single_number_accepted",
        "A single number has no variance; training on it should be refused.",
        swaps=[
            ("if count < 2:", "if count < 1:"),
            ("var * count / (count - 1)", "var * count / max(count - 1, 1)"),
        ],
        caught_by="test_bad_input",
    ),
]

ALSO_CORRECT = [
    correct(
        "channels_as_rows",
        source='''
import torch
from torch import Tensor


class BatchNorm:
    """Everything on a (C, M) matrix: one row per channel. Running statistics change in place."""

    def __init__(self, num_features, eps=1e-5, momentum=0.1, dtype=torch.float32, device=None):
        if num_features <= 0:
            raise ValueError("num_features")
        like = {"dtype": dtype, "device": device}
        self.gamma, self.running_var = torch.ones(2, num_features, **like).unbind()
        self.beta, self.running_mean = torch.zeros(2, num_features, **like).unbind()
        self.eps, self.momentum, self.num_features = eps, momentum, num_features
        self.training, self.num_batches_tracked = True, 0

    def train(self, mode=True):
        self.training = bool(mode)
        return self

    def eval(self):
        self.training = False
        return self

    def rows(self, x):
        return x.transpose(0, 1).reshape(self.num_features, -1)

    def back(self, rows, like):
        n, c, *rest = like.shape
        return rows.reshape(c, n, *rest).transpose(0, 1).contiguous()

    def forward(self, x):
        if x.dim() < 2 or x.size(1) != self.num_features:
            raise ValueError("shape")
        rows = self.rows(x)
        M = rows.shape[1]
        if self.training:
            if M == 1:
                raise ValueError("one value per channel")
            var, mean = torch.var_mean(rows, dim=1, correction=0)
            self.running_mean.lerp_(mean, self.momentum)
            self.running_var.lerp_(rows.var(dim=1), self.momentum)
            self.num_batches_tracked = self.num_batches_tracked + 1
        else:
            mean, var = self.running_mean.clone(), self.running_var.clone()
        self.inverse = torch.rsqrt(var + self.eps)
        self.normed = (rows - mean[:, None]) * self.inverse[:, None]
        self.frozen = not self.training
        return self.back(torch.addcmul(self.beta[:, None], self.gamma[:, None], self.normed), x)

    def backward(self, dout):
        d = self.rows(dout)
        dbeta = torch.einsum("cm->c", d)
        dgamma = torch.einsum("cm,cm->c", d, self.normed)
        dx = d.clone()
        if not self.frozen:
            M = d.shape[1]
            dx = (M * d - dbeta[:, None] - self.normed * dgamma[:, None]) / M
        dx = dx * (self.gamma * self.inverse)[:, None]
        return self.back(dx, dout), dgamma, dbeta
''',
    ),
    correct(
        "chain_rule_step_by_step",
        source='''
import torch
from torch import Tensor


class BatchNorm:
    """The backward pass goes through variance and mean one after the other, as in the paper."""

    def __init__(self, num_features: int, eps: float = 1e-5, momentum: float = 0.1,
                 dtype: torch.dtype = torch.float32, device=None):
        if num_features < 1:
            raise ValueError("num_features")
        self.C, self.eps, self.momentum = num_features, eps, momentum
        self.gamma = torch.full((num_features,), 1.0, dtype=dtype, device=device)
        self.beta = torch.full((num_features,), 0.0, dtype=dtype, device=device)
        self.running_mean = self.beta.clone()
        self.running_var = self.gamma.clone()
        self.training = True
        self.num_batches_tracked = 0

    def train(self, mode: bool = True):
        self.training = mode
        return self

    def eval(self):
        return self.train(mode=False)

    def forward(self, x: Tensor) -> Tensor:
        if x.ndim < 2:
            raise ValueError("axes")
        if x.shape[1] != self.C:
            raise ValueError("channels")
        last = x.movedim(1, -1)  # channels last: (C,) broadcasts as it is
        dims = tuple(range(last.ndim - 1))
        count = last[..., 0].numel()
        if self.training:
            if count == 1:
                raise ValueError("one value")
            mu = last.sum(dims) / count
            var = (last - mu).pow(2).sum(dims) / count
            new = self.momentum
            self.running_mean = self.running_mean + new * (mu - self.running_mean)
            self.running_var = self.running_var + new * (var * (count / (count - 1.0)) - self.running_var)
            self.num_batches_tracked += 1
        else:
            mu, var = self.running_mean, self.running_var
        self.cache = (last - mu, var + self.eps, dims, count, self.training)
        return (self.gamma * (last - mu) * (var + self.eps) ** -0.5 + self.beta).movedim(-1, 1)

    def backward(self, dout: Tensor):
        centred, v, dims, count, trained = self.cache
        d = dout.movedim(1, -1)
        dbeta = d.sum(dims)
        dgamma = (d * centred * v**-0.5).sum(dims)
        dxhat = d * self.gamma
        dx = dxhat * v**-0.5
        if trained:
            dvar = (dxhat * centred).sum(dims) * -0.5 * v**-1.5
            dmu = -(dxhat * v**-0.5).sum(dims) - 2 * dvar * centred.mean(dims)
            dx = dx + dvar * 2 * centred / count + dmu / count
        return dx.movedim(-1, 1), dgamma, dbeta
''',
    ),
]


def probe(m):
    """Two training batches and back, statistics, evaluation and back, a batch of images, a single row."""
    waves = torch.sin(torch.arange(200, dtype=torch.float64) ** 1.5)
    first, second = waves[:15].reshape(5, 3), 2 * waves[15:27].reshape(4, 3) + 1
    d_second, d_first = waves[30:42].reshape(4, 3), waves[50:65].reshape(5, 3)
    images, d_images = waves[:96].reshape(2, 3, 4, 4), waves[100:196].reshape(2, 3, 4, 4)

    def layer():
        bn = m.BatchNorm(3, eps=0.1, dtype=torch.float64)
        bn.gamma = torch.tensor([1.5, -0.5, 2.0], dtype=torch.float64)
        bn.beta = torch.tensor([0.1, 0.2, -0.3], dtype=torch.float64)
        return bn

    def trained():
        bn = layer()
        bn.forward(first)
        return bn, bn.forward(second)

    def memory(bn):
        return {"mean": bn.running_mean, "var": bn.running_var, "batches": bn.num_batches_tracked}

    def evaluated():
        bn, _ = trained()
        return bn, bn.eval().forward(first)

    def with_images():
        bn = layer()
        return bn, bn.forward(images)

    return {
        "training": lambda: trained()[1],
        "dx in training": lambda: trained()[0].backward(d_second)[0],
        "dgamma, dbeta in training": lambda: list(trained()[0].backward(d_second)[1:]),
        "memory after training": lambda: memory(trained()[0]),
        "evaluation": lambda: evaluated()[1],
        "dx in evaluation": lambda: evaluated()[0].backward(d_first)[0],
        "memory after evaluation": lambda: memory(evaluated()[0]),
        "images": lambda: with_images()[1],
        "dx of images": lambda: with_images()[0].backward(d_images)[0],
        "memory after images": lambda: memory(with_images()[0]),
        "one row": lambda: layer().forward(first[:1]),
    }
