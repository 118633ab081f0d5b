"""A small GPT: causal transformer blocks between a token table that reads and the same table that writes.

The model is that of "Language Models are Unsupervised Multitask Learners", Radford et al., 2019, without dropout. One
table for both ends: "Using the Output Embedding to Improve Language Models", Press and Wolf, 2017. Top-p: "The Curious
Case of Neural Text Degeneration", Holtzman et al., 2020.
"""

import torch
import torch.nn.functional as F
from torch import Tensor, nn


class Block(nn.Module):
    """A pre-norm transformer block: causal self-attention, then two layers for each position on its own."""

    def __init__(self, n_embd: int, n_head: int):
        """Make the layers ln1, qkv, proj, ln2, fc1, fc2. Raises ValueError if n_head does not divide n_embd."""
        super().__init__()
        if n_embd % n_head != 0:
            raise ValueError(f"{n_head} heads can't share a width of {n_embd} evenly")
        self.n_head = n_head
        self.ln1 = nn.LayerNorm(n_embd)
        self.qkv = nn.Linear(n_embd, 3 * n_embd)
        self.proj = nn.Linear(n_embd, n_embd)
        self.ln2 = nn.LayerNorm(n_embd)
        self.fc1 = nn.Linear(n_embd, 4 * n_embd)
        self.fc2 = nn.Linear(4 * n_embd, n_embd)

    def forward(self, x: Tensor) -> Tensor:
        """Return the new hidden vectors (B, T, C) of x (B, T, C)."""
        x = x + self.attend(self.ln1(x))
        return x + self.fc2(F.gelu(self.fc1(self.ln2(x))))

    def attend(self, x: Tensor) -> Tensor:
        """Causal self-attention over (B, T, C), with each head on its own columns."""
        b, t, c = x.shape
        # (B, T, C) -> (B, heads, T, C / heads): a head owns neighbouring columns.
        q, k, v = (part.reshape(b, t, self.n_head, -1).transpose(1, 2) for part in self.qkv(x).chunk(3, dim=-1))
        heads = F.scaled_dot_product_attention(q, k, v, is_causal=True)
        return self.proj(heads.transpose(1, 2).reshape(b, t, c))


class TinyGPT(nn.Module):
    """Token and position embeddings, blocks, a last norm, and a head that shares the matrix of token embeddings."""

    def __init__(self, vocab_size: int, block_size: int, n_layer: int, n_head: int, n_embd: int):
        """Make tok_emb, pos_emb, blocks, ln_f and head. Raises ValueError if n_head does not divide n_embd."""
        super().__init__()
        self.block_size = block_size
        self.tok_emb = nn.Embedding(vocab_size, n_embd)
        self.pos_emb = nn.Embedding(block_size, n_embd)
        self.blocks = nn.ModuleList(Block(n_embd, n_head) for _ in range(n_layer))
        self.ln_f = nn.LayerNorm(n_embd)
        self.head = nn.Linear(n_embd, vocab_size, bias=False)
        self.head.weight = self.tok_emb.weight  # reading and writing tokens: one table, one gradient
        # An embedding starts with deviation 1; used as a head, that would begin with very sure and very wrong guesses.
        nn.init.normal_(self.tok_emb.weight, std=0.02)

    def forward(self, idx: Tensor, targets: Tensor | None = None) -> tuple[Tensor, Tensor | None]:
        """Return logits (B, T, V), and with targets (B, T) their mean cross entropy, else None.

        Targets are already the next tokens; -1 means "does not count". Raises ValueError if T > block_size.
        """
        t = idx.shape[1]
        if t > self.block_size:
            raise ValueError(f"{t} tokens don't fit into a context of {self.block_size}")
        x = self.tok_emb(idx) + self.pos_emb(torch.arange(t, device=idx.device))
        for block in self.blocks:
            x = block(x)
        logits = self.head(self.ln_f(x))
        if targets is None:
            return logits, None
        return logits, F.cross_entropy(logits.flatten(0, 1), targets.flatten(), ignore_index=-1)


def filter_logits(
    logits: Tensor, temperature: float = 1.0, top_k: int | None = None, top_p: float | None = None
) -> Tensor:
    """Return the logits (B, V) divided by the temperature, with -inf for tokens that top-k and then top-p drop.

    Raises ValueError if temperature <= 0, top_k < 1, or top_p is not in (0, 1].
    """
    if temperature <= 0:
        raise ValueError(f"temperature must be above 0, got {temperature}")
    if top_k is not None and top_k < 1:
        raise ValueError(f"top_k must be at least 1, got {top_k}")
    if top_p is not None and not 0 < top_p <= 1:
        raise ValueError(f"top_p must be above 0 and at most 1, got {top_p}")
    kept = logits / temperature
    if top_k is not None and top_k < kept.shape[-1]:
        smallest = kept.topk(top_k).values[:, -1:]
        kept = kept.masked_fill(kept < smallest, -torch.inf)
    if top_p is not None and top_p < 1:
        ordered, order = kept.sort(dim=-1, descending=True, stable=True)
        probs = ordered.softmax(dim=-1)
        dropped = probs.cumsum(dim=-1) - probs >= top_p  # the mass before a token; 0 for the first, which always stays
        kept = kept.masked_fill(torch.zeros_like(dropped).scatter(-1, order, dropped), -torch.inf)
    return kept


def sample_tokens(logits: Tensor, u: Tensor) -> Tensor:
    """Return one token (B,) for each row of logits (B, V): the inverse distribution function at u (B,)."""
    cumulative = logits.softmax(dim=-1).cumsum(dim=-1)
    passed = (cumulative <= u[:, None]).sum(dim=-1)
    return passed.clamp(max=logits.shape[-1] - 1)  # rounding may leave the last sum a little below 1


@torch.no_grad()
def generate(
    model: nn.Module,
    idx: Tensor,
    max_new_tokens: int,
    u: Tensor,
    temperature: float = 1.0,
    top_k: int | None = None,
    top_p: float | None = None,
) -> Tensor:
    """Return idx (B, T) with new tokens behind it; column t of u (B, max_new_tokens) draws new token t.

    The model is in evaluation mode meanwhile, and afterwards in the mode that it had.
    """
    was_training = model.training
    model.eval()
    for step in range(max_new_tokens):
        logits, _ = model(idx[:, -model.block_size :])
        allowed = filter_logits(logits[:, -1], temperature, top_k, top_p)
        idx = torch.cat([idx, sample_tokens(allowed, u[:, step])[:, None]], dim=1)
    model.train(was_training)
    return idx
