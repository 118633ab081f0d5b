"""How close is close enough: by dtype, by device, and by whether a value is one formula or many steps."""

from __future__ import annotations

from dataclasses import dataclass

import torch


@dataclass(frozen=True)
class Tolerance:
    """A difference is allowed up to `atol + rtol * |expected|`."""

    rtol: float
    atol: float


_EXACT = Tolerance(0.0, 0.0)
_FORMULA = {
    torch.float64: Tolerance(1e-6, 1e-9),
    torch.complex128: Tolerance(1e-6, 1e-9),
    torch.float32: Tolerance(1e-4, 1e-5),
    torch.complex64: Tolerance(1e-4, 1e-5),
    torch.float16: Tolerance(2e-3, 1e-3),
    torch.bfloat16: Tolerance(1.6e-2, 1e-3),
}
_STEPS = {torch.float32: Tolerance(1e-3, 1e-5)}
_GPU = {torch.float32: Tolerance(1e-3, 1e-4)}


def tolerance(dtype: torch.dtype, *, steps: bool = False, device: str = "cpu") -> Tolerance:
    """The allowed difference for values of this dtype.

    `steps`: after up to 200 update steps. Other than floating types: exact.
    """
    if device != "cpu" and dtype in _GPU:
        return _GPU[dtype]
    if steps and dtype in _STEPS:
        return _STEPS[dtype]
    return _FORMULA.get(dtype, _EXACT)
