"""Hidden checks of tiny_gpt. What is done with the models is in kit.py, beside the student's code."""

import torch

from grader.checks import check, close, ensure

BOTH = ("float64", "float32")
SMALL = [11, 6, 2, 2, 8]  # vocabulary, block, layers, heads, width
WIDE = [7, 5, 1, 3, 12]


def how_many(sizes):
    """The numbers that a model holds."""
    vocab, block, layers, _, width = sizes
    return (vocab + block + 2) * width + layers * (12 * width * width + 13 * width)


def numbers_for(tensors, sizes, scale=0.4):
    """Weights for a model, drawn in one piece."""
    return tensors((how_many(sizes),), scale=scale)


def tokens_for(generator, sizes, rows, length):
    return torch.randint(sizes[0], (rows, length), generator=generator)


def ladder(generator, rows, dtype, weights=(16, 8, 4, 2, 1)):
    """Logits whose probabilities are these weights, in another order in each row, and moved by a number a row.

    So every sum of probabilities is known, and no check comes near one of them.
    """
    orders = torch.stack([torch.randperm(len(weights), generator=generator) for _ in range(rows)])
    moved = torch.randn(rows, 1, generator=generator, dtype=torch.float64)
    return (torch.tensor(weights, dtype=torch.float64).log()[orders] + moved).to(dtype)


def between(generator, shape, dtype):
    """Random odd multiples of 1/62: half-way between multiples of 1/31, and off those of 1/3, 1/7 and 1/341."""
    return ((2 * torch.randint(31, shape, generator=generator) + 1) / 62).to(dtype)


@check(points=3, hint="Make a model and list its parameters: which name is missing, which has another shape?")
def test_parameters(agree):
    """names, shapes and number of the parameters, and one matrix for both ends"""

    def inside(m):
        return {
            "Block(12, 3)": m.kit.inside(m.Block(12, 3)),
            **{
                f"TinyGPT{tuple(sizes)}": {
                    **m.kit.inside(m.TinyGPT(*sizes)),
                    "the head is tied": m.kit.tied(m.TinyGPT(*sizes)),
                    "block_size": m.TinyGPT(*sizes).block_size,
                }
                for sizes in (SMALL, WIDE)
            },
        }

    agree(inside)


@check(
    points=6,
    dtypes=BOTH,
    hint="Begin with one block on its own: shapes first, then the order of what is added to what.",
)
def test_logits(agree, tensors, generator):
    """a block, and the logits of two models for contexts of every length"""
    small, wide, block = (
        numbers_for(tensors, SMALL),
        numbers_for(tensors, WIDE),
        tensors((12 * 144 + 13 * 12,), scale=0.4),
    )
    x, line = tensors((5, 2, 12)).transpose(0, 1), tensors((1, 1, 12))
    contexts = [tokens_for(generator, SMALL, rows, t) for rows, t in ((3, 6), (1, 4), (2, 1))]
    short = tokens_for(generator, WIDE, 2, 5)

    def forward(m):
        model = m.kit.make(m.TinyGPT, SMALL, small)
        return {
            "a block with one head": m.kit.block_output(m.Block, 12, 1, block, x),
            "a block with four heads": m.kit.block_output(m.Block, 12, 4, block, x),
            "a block on one position": m.kit.block_output(m.Block, 12, 4, block, line),
            **{f"{len(idx)} x {idx.shape[1]} tokens": m.kit.outputs(model, idx) for idx in contexts},
            "another model": m.kit.outputs(m.kit.make(m.TinyGPT, WIDE, wide), short),
        }

    agree(forward)


@check(points=3, dtypes=BOTH, hint="Which target belongs to which position, and how many of them count?")
def test_loss(agree, tensors, generator):
    """loss and gradients with slices of a sequence, with targets of -1, and with one that counts"""
    numbers = numbers_for(tensors, SMALL)
    text = tokens_for(generator, SMALL, 3, 7)
    some = text[:, 1:].clone()
    some[0, :4], some[2, 5] = -1, -1
    one = torch.full_like(some, -1)
    one[1, 2] = text[1, 3]

    def losses(m):
        model = m.kit.make(m.TinyGPT, SMALL, numbers)
        found = {
            "all targets": m.kit.losses(model, text[:, :-1], text[:, 1:]),
            "five of -1": m.kit.losses(model, text[:, :-1], some),
            "all but one of -1": m.kit.losses(model, text[:, :-1], one),
        }
        return {**found, "a context of two": m.kit.losses(model, text[:, :2], text[:, 1:3])}

    agree(losses)


@check(points=1.5, hint="Change one token: the logits of which positions may move?")
def test_no_future(student, tensors, generator):
    """a changed token leaves the logits of earlier positions alone"""
    block = SMALL[1]
    first = tokens_for(generator, SMALL, 1, block)
    rows = first.repeat(block, 1)
    for t in range(block):  # row t has another token from position t on
        rows[t, t:] = (rows[t, t:] + 1) % SMALL[0]
    model = student.kit.make(student.TinyGPT, SMALL, numbers_for(tensors, SMALL))
    due = student.kit.outputs(model, first)["logits"]
    found = student.kit.outputs(model, rows)["logits"]
    ensure(tuple(found.shape) == (block, block, SMALL[0]), "The logits should have the shape (B, T, V). Print it.")
    for t in range(1, block):
        close(found[t, :t], due[0, :t], what=f"the logits before position {t}, where the first change is")
        moved = (found[t, t] - due[0, t]).abs().max() > 1e-4
        ensure(moved, "Another token, and the logits at its own position stay the same. Does it reach the head?")


@check(points=3, dtypes=BOTH, hint="Order the logits of one row by hand, and count who may stay.")
def test_temperature_and_top_k(agree, tensors):
    """logits divided by the temperature, the k largest kept, equal ones as well"""
    logits = tensors((6, 3)).T
    equal = torch.tensor([[1.0, 3.0, 2.0, 3.0, 2.0, 0.0]], dtype=logits.dtype) + tensors((1, 1))

    def filters(m):
        return {
            "nothing to filter": m.filter_logits(logits),
            **{f"temperature {t}": m.filter_logits(logits, temperature=t) for t in (0.5, 1.0, 3.0)},
            **{f"top_k {k}": m.filter_logits(logits, top_k=k) for k in (1, 3, 6, 9)},
            **{f"top_k {k} of equal logits": m.filter_logits(equal, top_k=k) for k in (1, 3)},
            "temperature 2 and top_k 2": m.filter_logits(logits, temperature=2.0, top_k=2),
        }

    agree(filters)


@check(points=3, dtypes=BOTH, hint="For each token: how much is taken already when its turn comes?")
def test_top_p(agree, generator, dtype):
    """the mass before a token decides, after temperature and top-k"""
    logits = ladder(generator, 4, dtype)
    equal = torch.tensor([[1.0, 6.0, 3.0, 6.0]], dtype=torch.float64).log().to(dtype)
    steep = torch.tensor([[-60.0, 0.0, -80.0]], dtype=dtype)  # the first token leaves no mass that a float could show

    def filters(m):
        return {
            **{f"top_p {p}": m.filter_logits(logits, top_p=p) for p in (0.1, 0.6, 0.8, 0.95, 1.0)},
            "top_p 1 with tokens that are next to impossible": m.filter_logits(steep, top_p=1.0),
            "top_p 0.3 of equal logits": m.filter_logits(equal, top_p=0.3),
            "top_p 0.5 of equal logits": m.filter_logits(equal, top_p=0.5),
            "temperature 2 and top_p 0.5": m.filter_logits(logits, temperature=2.0, top_p=0.5),
            "top_k 3 and top_p 0.8": m.filter_logits(logits, top_k=3, top_p=0.8),
            "all three": m.filter_logits(logits, temperature=0.5, top_k=4, top_p=0.8),
        }

    agree(filters)


@check(points=3, dtypes=BOTH, hint="How many ends of pieces does u pass on the line from 0 to 1?")
def test_sampling(agree, generator, dtype):
    """a token for every u, also where some tokens are out of the question"""
    logits = ladder(generator, 31, dtype)
    every = ((2 * torch.arange(31, dtype=torch.float64) + 1) / 62).to(dtype)
    some = logits.masked_fill(logits < logits.sort(dim=-1).values[:, 2:3], -torch.inf)  # three are left, of 4, 8 and 16
    one = logits.masked_fill(logits < logits.amax(dim=-1, keepdim=True), -torch.inf)[:4]

    def draws(m):
        return {
            "31 rows": m.sample_tokens(logits, every),
            "31 rows with three tokens left": m.sample_tokens(some, every),
            "4 rows with one token left": m.sample_tokens(one, every[5:9]),
            "u of 0 and 1": m.sample_tokens(logits[:2], torch.tensor([0.0, 1.0], dtype=dtype)),
            "one row": m.sample_tokens(logits[3:4], every[20:21]),
        }

    agree(draws)


@check(
    points=3,
    dtypes=BOTH,
    hint="Say one turn aloud: what is read, which position answers, which number draws, and in which mode?",
)
def test_generation(agree, generator, dtype):
    """exact tokens for given numbers, the model's mode, and contexts that outgrow the block"""
    vocab = 5
    table = ladder(generator, vocab, dtype)
    long, short = (torch.randint(vocab, shape, generator=generator) for shape in ((3, 6), (2, 1)))
    u, fewer = between(generator, (3, 9), dtype), between(generator, (2, 3), dtype)
    # Weights, context and numbers that are the same in every grading: their draws stay clear of all limits.
    waves = torch.sin(torch.arange(how_many(SMALL), dtype=torch.float64) ** 1.5).to(dtype)
    context = torch.tensor([[3, 1, 4, 1, 5, 9, 2], [6, 5, 3, 5, 8, 9, 7]])
    steady = torch.tensor([[0.13, 0.82, 0.47, 0.91], [0.68, 0.29, 0.95, 0.36]], dtype=dtype)

    def texts(m):
        def written(idx, numbers, block_size, **settings):
            return m.kit.continued(m.generate, m.kit.Scripted(table, block_size), idx, numbers, **settings)

        model = m.kit.make(m.TinyGPT, SMALL, waves)
        return {
            "beyond the block": written(long, u, 4),
            "within the block": written(short, fewer, 4, training=False),
            "temperature 0.5": written(long, u, 4, temperature=0.5),
            "top_k 2": written(long, u, 6, top_k=2),
            "top_p 0.8 after top_k 3": written(long, u, 3, top_k=3, top_p=0.8),
            "nothing to add": written(long, u[:, :0], 4)["tokens"],
            "a TinyGPT": m.kit.continued(m.generate, model, context, steady, temperature=1.5),
            "a TinyGPT with a short context": m.kit.continued(m.generate, model, context[:, :2], steady, top_k=5),
        }

    agree(texts)


@check(points=3, dtypes=("float32",), hint="If logits and loss are right: can the gradient reach every weight?")
def test_overfits(student, tensors, generator):
    """four sequences of 16 tokens learnt by heart within 150 steps"""
    sizes = [16, 16, 2, 4, 32]
    text = tokens_for(generator, sizes, 4, 17)
    text[:, 0] = torch.randperm(16, generator=generator)[
        :4
    ]  # sequences that can be told apart from their first token on
    model = student.kit.make(student.TinyGPT, sizes, numbers_for(tensors, sizes, scale=0.05))
    ran = student.kit.train(model, text[:, :-1], text[:, 1:], lr=3e-3, steps=150, enough=0.05)
    ensure(
        ran["last"] < 0.1,
        f"After training on four sequences the cross entropy of the next tokens is {ran['last']:.3f}, where less than "
        f"0.1 is due. Compare the loss that you train with and the targets it is for.",
    )


@check(points=1.5, hint="What can't be split, what doesn't fit, and which filters make no sense?")
def test_bad_input(agree, rejects, tensors, generator):
    """heads that don't divide the width, contexts too long and filters out of range raise ValueError"""
    x, logits = tensors((1, 2, 6)), tensors((2, 5))
    idx = tokens_for(generator, SMALL, 1, 5)
    rejects(lambda m: m.kit.make_and_call(m.Block, [6, 4], x), what="4 heads in a width of 6")
    rejects(lambda m: m.kit.make_and_call(m.TinyGPT, [11, 5, 1, 3, 8], idx), what="3 heads in a width of 8")
    rejects(lambda m: m.kit.make_and_call(m.TinyGPT, [11, 4, 1, 2, 8], idx), what="5 tokens in a block of 4")
    for t in (0.0, -1.0):
        rejects(lambda m, t=t: m.filter_logits(logits, temperature=t), unchanged=[logits], what=f"temperature={t}")
    for k in (0, -1):
        rejects(lambda m, k=k: m.filter_logits(logits, top_k=k), unchanged=[logits], what=f"top_k={k}")
    for p in (0.0, -0.5, 1.5):
        rejects(lambda m, p=p: m.filter_logits(logits, top_p=p), unchanged=[logits], what=f"top_p={p}")

    def limits(m):
        return {
            "5 tokens in a block of 5": m.kit.make_and_call(m.TinyGPT, [11, 5, 1, 2, 8], idx),
            "6 heads in a width of 6": m.kit.make_and_call(m.Block, [6, 6], x),
            "the smallest filters": m.filter_logits(logits, temperature=0.1, top_k=1, top_p=0.001),
            "the largest filters": m.filter_logits(logits, top_k=5, top_p=1.0),
        }

    agree(limits)
