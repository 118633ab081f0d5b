"""Adagrad and RMSprop. The statement is in README.md."""

import torch
from torch import Tensor


class Adagrad:
    """Gradient descent in which every coordinate is divided by the root of the sum of its squared gradients.

    Readable: `lr` (float, may be changed between steps), `sum` (list of tensors shaped like the parameters, filled with
    `initial_accumulator_value` at first), `t` (list of int, the steps that each parameter has taken).
    """

    def __init__(
        self,
        params: list[Tensor],
        lr: float = 1e-2,
        lr_decay: float = 0.0,
        weight_decay: float = 0.0,
        initial_accumulator_value: float = 0.0,
        eps: float = 1e-10,
    ):
        """Remember the parameters, which `step` changes in place. Raises ValueError for a negative hyperparameter."""
        raise NotImplementedError

    def step(self, grads: list[Tensor | None]) -> None:
        """One step in place; a gradient of None skips its parameter, and no gradient is changed.

        Raises ValueError, before anything moves, when there are not as many gradients as parameters.
        """
        raise NotImplementedError


class RMSprop:
    """Gradient descent in which every coordinate is divided by the root of a running average of its squared gradients.

    Readable: `lr` (float, may be changed between steps), `square_avg`, `grad_avg` (moves only when centered) and `buf`
    (moves only with momentum): lists of tensors shaped like the parameters, zeros at first.
    """

    def __init__(
        self,
        params: list[Tensor],
        lr: float = 1e-2,
        alpha: float = 0.99,
        eps: float = 1e-8,
        weight_decay: float = 0.0,
        momentum: float = 0.0,
        centered: bool = False,
    ):
        """Remember the parameters, which `step` changes in place. Raises ValueError for a negative hyperparameter."""
        raise NotImplementedError

    def step(self, grads: list[Tensor | None]) -> None:
        """One step in place; a gradient of None skips its parameter, and no gradient is changed.

        Raises ValueError, before anything moves, when there are not as many gradients as parameters.
        """
        raise NotImplementedError
