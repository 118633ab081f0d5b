"""Dynamic loss scaling: small gradients survive float16, and steps that overflowed are skipped."""

from typing import Callable

import torch
from torch import Tensor


class DynamicLossScaler:
    """Multiplies the loss by a scale, takes the scale out of the gradients again, and adapts it to what it sees.

    Attributes that may be read at any time:

    * `scale` (float): the present scale.
    * `tracker` (int): good steps since the scale was last changed or a step was bad; 0 at first.
    """

    def __init__(
        self,
        init_scale: float = 65536.0,
        growth_factor: float = 2.0,
        backoff_factor: float = 0.5,
        growth_interval: int = 2000,
    ):
        """Remember the settings.

        Raises ValueError unless init_scale > 0, growth_factor > 1, 0 < backoff_factor < 1 and growth_interval >= 1.
        """
        raise NotImplementedError

    def scale_loss(self, loss: Tensor) -> Tensor:
        """The loss, a floating tensor of shape (), times the present scale; still part of the loss's graph."""
        raise NotImplementedError

    def unscale_(self, grads: list[Tensor | None]) -> bool:
        """Divide every gradient in place by the present scale, and tell whether any entry is now infinite or nan.

        grads: floating tensors of any shape; None entries are skipped. All gradients are divided, whatever is found.
        """
        raise NotImplementedError

    def update(self, found_bad: bool) -> None:
        """Adapt the scale after a step.

        Bad: the scale is multiplied by `backoff_factor`, and `tracker` starts again at 0.
        Good: `tracker` goes up by one; when it reaches `growth_interval`, the scale is multiplied by `growth_factor`
        and `tracker` starts again at 0.
        """
        raise NotImplementedError

    def step(
        self,
        params: list[Tensor],
        grads: list[Tensor | None],
        apply: Callable[[list, list], None],
    ) -> bool:
        """Unscale `grads` in place, call `apply(params, grads)` once if all of them are finite, then update the scale.

        Returns whether `apply` was called. Raises ValueError if the lists differ in length, before anything changes.
        """
        raise NotImplementedError


def underflow_fraction(g: Tensor, scale: float = 1.0) -> float:
    """The share of the non-zero entries of `g` (floating, any shape) that become 0 in float16 after scaling.

    Scaling happens in the precision of `g`, then the product is cast. Returns 0.0 when all entries are zero.
    """
    raise NotImplementedError
