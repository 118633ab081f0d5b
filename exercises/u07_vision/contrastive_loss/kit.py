"""Runs your loss and its backward pass. You may use it to try things out."""

from torch import Tensor


def loss_and_gradients(nt_xent, z1: Tensor, z2: Tensor, temperature: float) -> dict[str, Tensor]:
    """The loss for copies of z1 and z2, and what `backward` puts into their `.grad`."""
    z1, z2 = z1.clone().requires_grad_(), z2.clone().requires_grad_()
    loss = nt_xent(z1, z2, temperature=temperature)
    loss.backward()
    return {"loss": loss.detach(), "gradient of z1": z1.grad, "gradient of z2": z2.grad}
