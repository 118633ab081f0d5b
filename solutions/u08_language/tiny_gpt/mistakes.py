"""Known wrong answers to tiny_gpt with their hints, other right answers, and the probe that tells them apart."""

import torch

from grader.checks import correct, mistake

LOSS = "F.cross_entropy(logits.flatten(0, 1), targets.flatten(), ignore_index=-1)"
CONTEXT = "idx[:, -model.block_size :]"
LENGTH = """        if t > self.block_size:
            raise ValueError(f"{t} tokens don't fit into a context of {self.block_size}")
"""

MISTAKES = [
    mistake(
        "future_visible",
        "Your training loss is too good: the answer is visible. Which positions may each position look at?",
        swap=("is_causal=True", "is_causal=False"),
        caught_by="test_no_future",
    ),
    mistake(
        "positions_left_out",
        "Swap two early tokens: the last position should notice. What tells it where a token stands?",
        swap=(" + self.pos_emb(torch.arange(t, device=idx.device))", ""),
        caught_by="test_logits",
    ),
    mistake(
        "head_not_tied",
        "Reading and writing tokens share one table here. Count the parameters: yours has two.",
        swap=(
            "        self.head.weight = self.tok_emb.weight  # reading and writing tokens: one table, one gradient\n",
            "",
        ),
        caught_by="test_parameters",
    ),
    mistake(
        "targets_shifted_again",
        "The targets are already the next tokens. Shifted once more, the model learns to skip a word.",
        swap=(LOSS, "F.cross_entropy(logits[:, :-1].flatten(0, 1), targets[:, 1:].flatten(), ignore_index=-1)"),
        caught_by="test_loss",
    ),
    mistake(
        "temperature_multiplies",
        "A high temperature should make the choice more even; yours makes it sharper.",
        swap=("logits / temperature", "logits * temperature"),
        caught_by="test_temperature_and_top_k",
    ),
    mistake(
        "top_k_keeps_one_more",
        "Count the tokens that survive: there is one more than you were asked for.",
        swap=(
            "smallest = kept.topk(top_k).values[:, -1:]",
            "smallest = kept.topk(min(top_k + 1, kept.shape[-1])).values[:, -1:]",
        ),
        caught_by="test_temperature_and_top_k",
    ),
    mistake(
        "top_p_drops_crossing_token",
        "The token that crosses the line still belongs in: ask how much was taken before it, not with it.",
        swaps=[
            ("probs.cumsum(dim=-1) - probs >= top_p", "probs.cumsum(dim=-1) > top_p"),
            ("scatter(-1, order, dropped)", "scatter(-1, order[:, 1:], dropped[:, 1:])"),
        ],
        caught_by="test_top_p",
    ),
    mistake(
        "keeps_first_tokens_of_context",
        "What matters most for the next token is what came last. Which end of a long context do you keep?",
        swap=(CONTEXT, "idx[:, : model.block_size]"),
        caught_by="test_generation",
    ),
    mistake(
        "final_norm_left_out",
        "One more norm sits between the last block and the head.",
        swap=("self.head(self.ln_f(x))", "self.head(x)"),
        caught_by="test_logits",
    ),
    mistake(
        "always_takes_the_best",
        "The random numbers have no effect: every text comes out the same. Where does u enter?",
        swap=("(cumulative <= u[:, None]).sum(dim=-1)", "logits.argmax(dim=-1)"),
        caught_by="test_sampling",
    ),
    mistake(
        "reads_first_position",
        "Every position predicts the token after itself. Which one predicts what comes after the whole context?",
        swap=("logits[:, -1]", "logits[:, 0]"),
        caught_by="test_generation",
    ),
    mistake(
        "reuses_first_random_number",
        "Every new token needs its own draw; yours all come from the same one.",
        swap=("u[:, step]", "u[:, 0]"),
        caught_by="test_generation",
    ),
    mistake(
        "gelu_by_tanh",
        "Your curve is an old approximation of the gelu. Close, but the exact one is asked for.",
        swap=("F.gelu(self.fc1(self.ln2(x)))", 'F.gelu(self.fc1(self.ln2(x)), approximate="tanh")'),
        caught_by="test_logits",
    ),
    mistake(
        "query_key_value_order",
        "The first third of the wide layer's outputs are the queries, then come the keys, then the values.",
        swap=("q, k, v = (part", "k, q, v = (part"),
        caught_by="test_logits",
    ),
    mistake(
        "unmarked_targets_in_mean",
        "A target that doesn't count should be missing below the fraction line, too: by how many do you divide?",
        swap=(LOSS, LOSS[:-1] + ', reduction="sum") / targets.numel()'),
        caught_by="test_loss",
    ),
    mistake(
        "last_logits_only",
        "With targets or without, the logits of all positions are due; picking the last is up to generating.",
        swap=("return logits, None", "return logits[:, -1:], None"),
        caught_by="test_logits",
    ),
    mistake(
        "attention_without_gradient",
        "The values are right, but no gradient comes back from the attention: its weights would never learn.",
        swap=("return self.proj(heads.transpose", "return self.proj(heads.detach().transpose"),
        caught_by="test_loss",
    ),
    mistake(
        "top_p_before_top_k",
        "Top-p looks at what top-k has left, and what is left makes up a whole again.",
        swap=("probs = ordered.softmax(dim=-1)", "probs = (logits / temperature).softmax(dim=-1).gather(-1, order)"),
        caught_by="test_top_p",
    ),
    mistake(
        "stays_in_evaluation_mode",
        "Writing a sample between two epochs should not change the training: in which mode do you leave the model?",
        swap=("    model.train(was_training)\n", ""),
        caught_by="test_generation",
    ),
    mistake(
        "generates_in_training_mode",
        "A model with dropout would write with half of itself switched off. Which mode is for using a model?",
        swap=("    model.eval()\n", ""),
        caught_by="test_generation",
    ),
    mistake(
        "length_not_checked",
        "A context that is too long fails somewhere inside, in a table that has no such row. Say so at the door.",
        swap=(LENGTH, ""),
        caught_by="test_bad_input",
    ),
]

ALSO_CORRECT = [
    correct(
        "by_hand_with_a_mask",
        source="""
import math

import torch
from torch import Tensor, nn


class Block(nn.Module):
    def __init__(self, n_embd: int, n_head: int):
        if n_embd % n_head:
            raise ValueError("heads")
        super().__init__()
        self.heads, self.width = n_head, n_embd // n_head
        C = n_embd
        self.fc2, self.fc1 = nn.Linear(4 * C, C), nn.Linear(C, 4 * C)
        self.proj, self.qkv = nn.Linear(C, C), nn.Linear(C, 3 * C)
        self.ln2, self.ln1 = nn.LayerNorm(C), nn.LayerNorm(C)

    def forward(self, x):
        B, T, C = x.shape
        z = self.qkv(self.ln1(x)).view(B, T, 3, self.heads, self.width)
        q, k, v = z.unbind(2)
        scores = torch.einsum("bihd,bjhd->bhij", q, k) / math.sqrt(self.width)
        hidden = torch.ones(T, T, dtype=torch.bool, device=x.device).triu(1)
        weights = scores.masked_fill(hidden, float("-inf")).softmax(-1)
        mixed = torch.einsum("bhij,bjhd->bihd", weights, v).reshape(B, T, C)
        x = x + self.proj(mixed)
        h = self.fc1(self.ln2(x))
        return x + self.fc2(h * 0.5 * (1 + torch.erf(h / math.sqrt(2))))


class TinyGPT(nn.Module):
    def __init__(self, vocab_size: int, block_size: int, n_layer: int, n_head: int, n_embd: int):
        super().__init__()
        self.block_size = block_size
        self.register_buffer("places", torch.arange(block_size))
        self.head = nn.Linear(n_embd, vocab_size, bias=False)
        self.ln_f = nn.LayerNorm(n_embd)
        self.blocks = nn.ModuleList([Block(n_embd, n_head) for _ in range(n_layer)])
        self.pos_emb = nn.Embedding(block_size, n_embd)
        self.tok_emb = nn.Embedding(vocab_size, n_embd)
        self.tok_emb.weight = self.head.weight

    def forward(self, idx, targets=None):
        B, T = idx.size()
        if T > self.block_size:
            raise ValueError("too long")
        x = self.tok_emb.weight[idx] + self.pos_emb(self.places[:T])[None]
        for block in self.blocks:
            x = block(x)
        logits = self.ln_f(x) @ self.head.weight.T
        if targets is None:
            return logits, None
        counts = targets != -1
        logp = logits[counts].log_softmax(-1)
        return logits, -logp[torch.arange(len(logp), device=logp.device), targets[counts]].mean()


def filter_logits(logits, temperature=1.0, top_k=None, top_p=None):
    if temperature <= 0 or (top_k is not None and top_k <= 0) or (top_p is not None and (top_p <= 0 or top_p > 1)):
        raise ValueError("out of range")
    out = logits.clone() / temperature
    V = out.shape[1]
    if top_k is not None:
        line = out.sort(descending=True).values[:, min(top_k, V) - 1]
        out[out < line[:, None]] = float("-inf")
    if top_p is None or top_p == 1:
        return out
    order = torch.argsort(out, descending=True, stable=True)
    p = torch.softmax(out.gather(1, order), 1)
    before = torch.cat([torch.zeros_like(p[:, :1]), p.cumsum(1)[:, :-1]], 1)
    keep = torch.empty_like(order, dtype=torch.bool)
    keep.scatter_(1, order, before < top_p)
    return torch.where(keep, out, torch.full_like(out, float("-inf")))


def sample_tokens(logits, u):
    line = torch.softmax(logits, 1).cumsum(1)
    return torch.searchsorted(line, u.reshape(-1, 1).contiguous(), right=True).squeeze(1).clamp_max(logits.size(1) - 1)


def generate(model, idx, max_new_tokens, u, temperature=1.0, top_k=None, top_p=None):
    mode = model.training
    model.train(False)
    B, T = idx.shape
    out = idx.new_zeros(B, T + max_new_tokens)
    out[:, :T] = idx
    try:
        with torch.inference_mode():
            for n in range(T, T + max_new_tokens):
                context = out[:, max(0, n - model.block_size) : n]
                logits = model(context)[0][:, -1, :]
                out[:, n] = sample_tokens(filter_logits(logits, temperature, top_k, top_p), u[:, n - T])
    finally:
        if mode:
            model.train()
    return out
""",
    ),
    correct(
        "row_by_row",
        source="""
import torch
import torch.nn.functional as F
from torch import Tensor, nn


class Block(nn.Module):
    def __init__(self, n_embd: int, n_head: int):
        super().__init__()
        self.n_head = n_head
        for name, d, o in (("qkv", 1, 3), ("proj", 1, 1), ("fc1", 1, 4), ("fc2", 4, 1)):
            self.add_module(name, nn.Linear(d * n_embd, o * n_embd))
        self.ln1 = nn.LayerNorm(n_embd, eps=1e-5)
        self.ln2 = nn.LayerNorm(n_embd, eps=1e-5)
        self.dropout = nn.Dropout(0.0)

    def forward(self, x):
        C = x.shape[-1]
        if C % self.n_head != 0:
            raise ValueError("heads")
        d = C // self.n_head
        q, k, v = self.qkv(self.ln1(x)).split(C, dim=-1)
        outs = []
        for h in range(self.n_head):
            part = slice(h * d, (h + 1) * d)
            scores = q[..., part] @ k[..., part].transpose(-1, -2) * d**-0.5
            causal = torch.tril(torch.ones_like(scores[0]))
            e = (scores - scores.amax(-1, keepdim=True).detach()).exp() * causal
            outs.append((e / e.sum(-1, keepdim=True)) @ v[..., part])
        x = self.dropout(self.proj(torch.cat(outs, -1))) + x
        return self.fc2(nn.GELU()(self.fc1(self.ln2(x)))) + x


class TinyGPT(nn.Module):
    def __init__(self, vocab_size: int, block_size: int, n_layer: int, n_head: int, n_embd: int):
        super().__init__()
        self.config = (vocab_size, n_head)
        self.block_size = block_size
        self.tok_emb, self.pos_emb = nn.Embedding(vocab_size, n_embd), nn.Embedding(block_size, n_embd)
        self.blocks = nn.ModuleList()
        for _ in range(n_layer):
            self.blocks.append(Block(n_embd, n_head))
        self.ln_f, self.head = nn.LayerNorm(n_embd), nn.Linear(n_embd, vocab_size, bias=False)
        self.tok_emb.weight = self.head.weight
        self.apply(self.begin)

    def begin(self, module):
        if isinstance(module, nn.Linear | nn.Embedding):
            torch.nn.init.normal_(module.weight, 0.0, 0.02)

    def forward(self, idx, targets=None):
        T = idx.shape[1]
        if not T <= self.block_size:
            raise ValueError("block")
        x = F.embedding(idx, self.tok_emb.weight) + self.pos_emb.weight[:T]
        for i in range(len(self.blocks)):
            x = self.blocks[i](x)
        logits = self.head(self.ln_f(x))
        loss = None
        if targets is not None:
            # (B, V, T): the loss takes the classes on the second axis.
            every = F.cross_entropy(logits.transpose(1, 2), targets, ignore_index=-1, reduction="none")
            loss = every.sum() / (targets >= 0).sum()
        return logits, loss


def filter_logits(logits, temperature=1.0, top_k=None, top_p=None):
    if not temperature > 0:
        raise ValueError("temperature")
    if top_k is not None and top_k < 1:
        raise ValueError("top_k")
    if top_p is not None and (top_p <= 0.0 or top_p > 1.0):
        raise ValueError("top_p")
    rows = []
    for row in logits * (1 / temperature):
        V = len(row)
        if top_k is not None and top_k < V:
            least = torch.kthvalue(row, V - top_k + 1).values
            row = torch.where(row >= least, row, -torch.inf)
        if top_p is not None and top_p != 1:
            p = row.softmax(0)
            numbers = [float(each) for each in p]
            taken, kept = 0.0, torch.zeros(V, dtype=torch.bool)
            for i in sorted(range(V), key=lambda i: (-numbers[i], i)):
                if taken < top_p and numbers[i] > 0:
                    kept[i] = True
                taken += numbers[i]
            row = row.masked_fill(~kept.to(row.device), -torch.inf)
        rows.append(row)
    return torch.stack(rows)


def sample_tokens(logits, u):
    tokens = []
    for row, number in zip(logits.softmax(-1).tolist(), u.tolist()):
        total, token = 0.0, 0
        while token < len(row) - 1 and total + row[token] <= number:
            total += row[token]
            token += 1
        tokens.append(token)
    return torch.tensor(tokens, dtype=torch.int64, device=logits.device)


@torch.no_grad()
def generate(model, idx, max_new_tokens, u, temperature=1.0, top_k=None, top_p=None):
    was = model.training
    model.eval()
    tokens = [idx[:, t] for t in range(idx.shape[1])]
    for column in u.unbind(1)[:max_new_tokens]:
        context = torch.stack(tokens[-model.block_size :], 1)
        tokens.append(sample_tokens(filter_logits(model(context)[0][:, -1], temperature, top_k, top_p), column))
    model.train(was)
    return torch.stack(tokens, 1)
""",
    ),
]


def probe(m):
    """A small model with fixed weights: numbers held, logits and loss, the filters, two draws, two texts."""
    draw = torch.Generator().manual_seed(808)
    sizes = [11, 6, 2, 2, 8]
    numbers = torch.randn(1896, generator=draw, dtype=torch.float64) * 0.4
    idx = torch.tensor([[3, 1, 4, 1, 5, 9], [2, 6, 5, 3, 5, 8]])
    targets = torch.tensor([[1, 4, 1, 5, 9, 2], [6, -1, 3, 5, 8, 9]])
    logits = torch.tensor([[2.0, 1.0, 0.5, 0.0, -1.0], [0.0, 1.5, -1.0, 2.0, 1.0]], dtype=torch.float64)
    table = torch.randn(7, 7, generator=draw, dtype=torch.float64)
    u = torch.rand(2, 8, generator=draw, dtype=torch.float64)

    def run(key):
        return m.kit.losses(m.kit.make(m.TinyGPT, sizes, numbers), idx, targets)[key]

    def written(key, context, u, block_size):
        return m.kit.continued(m.generate, m.kit.Scripted(table, block_size), context, u)[key]

    return {
        "how many numbers": lambda: m.kit.inside(m.TinyGPT(*sizes))["how many numbers"],
        "logits": lambda: m.kit.outputs(m.kit.make(m.TinyGPT, sizes, numbers), idx)["logits"],
        "loss": lambda: run("loss"),
        "gradients": lambda: [float(g.abs().sum()) > 1e-12 for g in run("gradients").values()],
        "temperature 2": lambda: m.filter_logits(logits, temperature=2.0),
        "top_k 2": lambda: m.filter_logits(logits, top_k=2),
        "top_k 9": lambda: m.filter_logits(logits, top_k=9),
        "top_p 0.7": lambda: m.filter_logits(logits, top_p=0.7),
        "top_p 1": lambda: m.filter_logits(logits, top_p=1.0),
        "top_k 3 and top_p 0.85": lambda: m.filter_logits(logits, top_k=3, top_p=0.85),
        "draws": lambda: m.sample_tokens(logits, torch.tensor([0.6, 0.93], dtype=torch.float64)),
        "8 tokens after 6": lambda: written("tokens", idx % 7, u, 6),
        "3 tokens after 2": lambda: written("tokens", idx[:, :2] % 7, u[:, 5:], 6),
        "mode afterwards": lambda: written("mode afterwards", idx % 7, u, 6),
        "how the model was called": lambda: written("how the model was called", idx % 7, u, 6),
        "seven tokens in a block of six": lambda: m.kit.make_and_call(
            m.TinyGPT, sizes, torch.zeros(1, 7, dtype=torch.int64)
        ),
    }
