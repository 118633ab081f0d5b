"""Dynamic loss scaling ("Mixed Precision Training", Micikevicius et al., 2017), with the rule of PyTorch's GradScaler."""

from typing import Callable

import torch
from torch import Tensor


class DynamicLossScaler:
    """Scales losses, unscales gradients, and looks for the largest scale that does not overflow."""

    def __init__(
        self,
        init_scale: float = 65536.0,
        growth_factor: float = 2.0,
        backoff_factor: float = 0.5,
        growth_interval: int = 2000,
    ):
        """Store the settings; the waiting for the first growth begins."""
        if init_scale <= 0:
            raise ValueError(f"init_scale must be above 0, got {init_scale}")
        if growth_factor <= 1:
            raise ValueError(f"growth_factor must be above 1, got {growth_factor}")
        if not 0 < backoff_factor < 1:
            raise ValueError(f"backoff_factor must lie between 0 and 1, got {backoff_factor}")
        if growth_interval < 1:
            raise ValueError(f"growth_interval must be at least 1, got {growth_interval}")
        self.scale = float(init_scale)
        self.growth_factor = growth_factor
        self.backoff_factor = backoff_factor
        self.growth_interval = growth_interval
        self.tracker = 0

    def scale_loss(self, loss: Tensor) -> Tensor:
        """Multiply; by the chain rule every gradient behind this loss gets the same factor."""
        return loss * self.scale

    def unscale_(self, grads: list[Tensor | None]) -> bool:
        """Take the factor out of all gradients in place, and tell whether one of them is broken."""
        found_bad = False
        for g in grads:
            if g is None:
                continue
            g.div_(self.scale)
            if not torch.isfinite(g).all():
                found_bad = True  # no way out here: the caller expects all gradients unscaled
        return found_bad

    def update(self, found_bad: bool) -> None:
        """Back off at once after an overflow; grow only after a long run without one."""
        if found_bad:
            self.scale *= self.backoff_factor
            self.tracker = 0  # the smaller scale has to prove itself from the beginning
            return
        self.tracker += 1
        if self.tracker == self.growth_interval:
            self.scale *= self.growth_factor
            self.tracker = 0

    def step(
        self,
        params: list[Tensor],
        grads: list[Tensor | None],
        apply: Callable[[list, list], None],
    ) -> bool:
        """Unscale, apply where that does no harm, adapt the scale."""
        if len(params) != len(grads):
            raise ValueError(f"got {len(grads)} gradients for {len(params)} parameters")
        found_bad = self.unscale_(grads)
        if not found_bad:
            apply(params, grads)
        self.update(found_bad)
        return not found_bad


def underflow_fraction(g: Tensor, scale: float = 1.0) -> float:
    """The share of the non-zero entries that float16 would lose, even with the scale."""
    nonzero = g != 0
    if not nonzero.any():
        return 0.0
    halved = (g * scale).to(torch.float16)  # scaled first: the cast is where small numbers die
    lost = nonzero & (halved == 0)
    return lost.sum().item() / nonzero.sum().item()
