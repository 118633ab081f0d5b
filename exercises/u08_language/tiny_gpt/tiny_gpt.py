"""A small GPT: transformer blocks between embeddings and a tied head, and the sampling of new tokens."""

import torch
from torch import Tensor, nn


class Block(nn.Module):
    """A pre-norm transformer block with causal self-attention.

    Its layers, all with bias, for the width C: ln1 and ln2, `nn.LayerNorm(C)`; qkv, a linear layer from C to 3C; proj,
    from C to C; fc1, from C to 4C; fc2, from 4C to C.
    """

    def __init__(self, n_embd: int, n_head: int):
        """Make the layers for the width n_embd. Their initial values are free.

        Raises ValueError if n_embd is not divisible by n_head.
        """
        raise NotImplementedError

    def forward(self, x: Tensor) -> Tensor:
        """Return the hidden vectors (B, T, C) that follow from x (B, T, C). Position i sees positions 0 to i.

        Gradients flow.
        """
        raise NotImplementedError


class TinyGPT(nn.Module):
    """A language model over token numbers 0 to V - 1.

    block_size: the longest context, an int. tok_emb and pos_emb: `nn.Embedding`s with V and block_size rows of width C.
    blocks: an `nn.ModuleList` of `Block`s. ln_f: `nn.LayerNorm(C)`. head: a linear layer from C to V without bias, and
    head.weight is the very parameter tok_emb.weight.
    """

    def __init__(self, vocab_size: int, block_size: int, n_layer: int, n_head: int, n_embd: int):
        """Make the layers. Their initial values are free.

        Raises ValueError if n_embd is not divisible by n_head.
        """
        raise NotImplementedError

    def forward(self, idx: Tensor, targets: Tensor | None = None) -> tuple[Tensor, Tensor | None]:
        """Return (logits, loss). Gradients flow.

        idx: tokens (B, T), int64.
        targets: None, or for each position the token that comes next, (B, T), int64; a target of -1 does not count.

        logits: (B, T, V). loss: the mean cross entropy over the targets that count, shape (); None without targets.
        Raises ValueError if T is larger than block_size.
        """
        raise NotImplementedError


def filter_logits(
    logits: Tensor, temperature: float = 1.0, top_k: int | None = None, top_p: float | None = None
) -> Tensor:
    """Return the logits (B, V) at this temperature, with -inf in the place of each token that may not be drawn.

    temperature: divides the logits.
    top_k: keeps the tokens whose logit is at least the k-th largest of the row. None, or k of at least V, keeps all.
    top_p: on what is left, in descending order (stable), keeps a token if the probability mass before it is below
    top_p. None and 1 keep all.

    Raises ValueError if temperature <= 0, top_k < 1, top_p <= 0 or top_p > 1.
    """
    raise NotImplementedError


def sample_tokens(logits: Tensor, u: Tensor) -> Tensor:
    """Return one token for each row of logits (B, V) at the numbers u (B,) from 0 to 1: int64, (B,).

    The token is the number of entries of the row's cumulative probabilities that are at most u, but no more than V - 1.
    """
    raise NotImplementedError


def generate(
    model: nn.Module,
    idx: Tensor,
    max_new_tokens: int,
    u: Tensor,
    temperature: float = 1.0,
    top_k: int | None = None,
    top_p: float | None = None,
) -> Tensor:
    """Return the tokens idx (B, T) followed by max_new_tokens new ones: int64, (B, T + max_new_tokens).

    model: has an attribute block_size, and gives (logits, loss) for the tokens of a context, as a `TinyGPT` does.
    u: numbers (B, max_new_tokens) from 0 to 1; column t draws new token t.

    Each new token comes from the filtered logits of the last position, given the last block_size tokens as context. The
    model runs in evaluation mode without gradients, and is afterwards in the mode that it had before.
    """
    raise NotImplementedError
