"""Hidden checks of causal_multihead. The truth is torch's own multi-head attention, run here."""

import torch

from grader.checks import check, close

BOTH = ("float64", "float32")


def draw(tensors, C=8):
    """W_qkv, b_qkv, W_o, b_o, with scores of order one."""
    return (
        tensors((3 * C, C), scale=0.4),
        tensors((3 * C,), scale=0.5),
        tensors((C, C), scale=0.4),
        tensors((C,), scale=0.5),
    )


def truth(x, weights, n_head):
    """The output of torch.nn.MultiheadAttention with the causal mask."""
    net = torch.nn.MultiheadAttention(x.shape[2], n_head, batch_first=True, dtype=x.dtype)
    hidden = torch.ones(x.shape[1], x.shape[1], dtype=torch.bool).triu(1)
    parameters = (net.in_proj_weight, net.in_proj_bias, net.out_proj.weight, net.out_proj.bias)
    with torch.no_grad():
        for mine, its in zip(weights, parameters):
            its.copy_(mine)
        return net(x, x, x, attn_mask=hidden, need_weights=False)[0]


def in_pieces(m, x, weights, n_head, sizes):
    """The outputs of all pieces in one tensor, and the last keys and values."""
    outputs, cache = [], None
    for piece in x.split(sizes, dim=1):
        output, cache = m.causal_self_attention_step(piece, *weights, n_head, **({"cache": cache} if cache else {}))
        outputs.append(output)
    return {"output": torch.cat(outputs, dim=1), "k": cache["k"], "v": cache["v"]}


@check(points=4, dtypes=BOTH, hint="Which columns does head 1 own, and in which order do heads and positions stand?")
def test_split_and_merge(agree, tensors, student):
    """columns into heads and back, for one head, several, and as many as columns"""
    x = tensors((2, 5, 12))
    for n in (1, 2, 3, 12):
        heads = torch.stack(x.split(12 // n, dim=2), dim=1)
        close(student.split_heads(x, n), heads, what=f"{n} heads")
        close(student.merge_heads(heads), x, what=f"{n} heads merged")
    strided = tensors((12, 2, 5)).permute(1, 2, 0)
    close(
        student.split_heads(strided, 3), torch.stack(strided.split(4, dim=2), dim=1), what="heads of a strided tensor"
    )
    heads = tensors((2, 5, 3, 4)).transpose(1, 2)
    close(student.merge_heads(heads), heads.transpose(1, 2).reshape(2, 5, 12), what="strided heads merged")
    agree(lambda m: {"split": m.split_heads(x, 4), "merged": m.merge_heads(heads)})


@check(
    points=5, dtypes=BOTH, hint="Project, split, attend within each head, merge, project: compare one line at a time."
)
def test_full_output(agree, tensors, student):
    """a whole sequence, with several numbers of heads, positions and sequences, as torch computes it"""
    for B, T, C, n in ((2, 5, 8, 2), (1, 4, 6, 3), (3, 1, 4, 2), (2, 3, 4, 4)):
        x, weights = tensors((B, T, C)), draw(tensors, C)
        found = student.causal_self_attention(x, *weights, n)
        close(found, truth(x, weights, n), what=f"the output for T = {T}, C = {C}, {n} heads")
    x, weights = tensors((5, 2, 8)).transpose(0, 1), draw(tensors)
    agree(lambda m: {"output": m.causal_self_attention(x, *weights, 4)})


@check(points=2, hint="Change the last token: which outputs may move?")
def test_no_future(tensors, student):
    """another last token leaves all earlier outputs as they were, and so does a sequence that ends earlier"""
    x, weights = tensors((2, 6, 8)), draw(tensors)
    other = x.clone()
    other[:, -1] = -2 * x[:, -1]
    before = student.causal_self_attention(x, *weights, 2)
    after = student.causal_self_attention(other, *weights, 2)
    close(after[:, :-1], before[:, :-1], what="the earlier outputs, with another last token")
    short = student.causal_self_attention(x[:, :3], *weights, 2)
    close(short, before[:, :3], what="the outputs of the first three tokens alone")


@check(points=1, hint="With one head there is nothing to cut: what is left of your function?")
def test_one_head(agree, tensors, student):
    """a single head is plain attention"""
    x, weights = tensors((2, 5, 6)), draw(tensors, 6)
    agree(lambda m: {"output": m.causal_self_attention(x, *weights, 1)})
    close(student.causal_self_attention(x, *weights, 1), truth(x, weights, 1), what="the output with one head")


@check(points=4, dtypes=BOTH, hint="A new token has one query, but the keys and values of all tokens so far.")
def test_cache_token_by_token(agree, tensors, student):
    """one token after the other gives the outputs of the whole sequence, and a cache that grows"""
    x, weights = tensors((2, 5, 8)), draw(tensors)
    found = in_pieces(student, x, weights, 2, [1] * 5)
    close(found["output"], truth(x, weights, 2), what="the outputs, token by token")
    agree(lambda m: in_pieces(m, x, weights, 2, [1] * 5))
    alone, small = tensors((1, 3, 6)), draw(tensors, 6)
    found = in_pieces(student, alone, small, 3, [1] * 3)
    close(found["output"], truth(alone, small, 3), what="the outputs of a single sequence with three heads")


@check(points=2, dtypes=BOTH, hint="The second of two new tokens may see the first of them, and everything before.")
def test_cache_in_pieces(agree, tensors, student):
    """pieces of two and three tokens, and of other sizes, give the outputs of the whole sequence"""
    x, weights = tensors((2, 7, 8)), draw(tensors)
    expected = truth(x, weights, 2)
    for sizes in ([2, 3, 2], [4, 1, 2], [1, 6], [7]):
        found = in_pieces(student, x, weights, 2, sizes)
        close(found["output"], expected, what=f"the outputs in pieces of {sizes}")
    agree(lambda m: in_pieces(m, x, weights, 2, [3, 2, 2]))


@check(
    points=1, hint="Someone may want to go on twice from the same place: what has become of the cache you were given?"
)
def test_cache_is_new(agree, tensors):
    """two continuations from one cache, which stays as it was"""
    x, weights = tensors((2, 7, 8)), draw(tensors)

    def both(m):
        return m.kit.two_continuations(m.causal_self_attention_step, x[:, :3], x[:, 3:5], x[:, 5:], weights, 2)

    agree(both)


@check(points=1, hint="Which two numbers have to divide, and which shape must the first matrix have?")
def test_bad_input(tensors, rejects, student):
    """columns that don't divide and another shape of W_qkv raise ValueError; as many heads as columns are fine"""
    x, weights = tensors((2, 3, 8)), draw(tensors)
    for n in (3, 5, 16):
        rejects(lambda m, n=n: m.split_heads(x, n), what=f"8 columns for {n} heads")
        rejects(lambda m, n=n: m.causal_self_attention(x, *weights, n), what=f"8 columns for {n} heads, attention")
        rejects(lambda m, n=n: m.causal_self_attention_step(x, *weights, n), what=f"8 columns for {n} heads, a step")
    for shape in ((8, 24), (8, 8), (16, 8), (32, 8), (24, 9), (24, 1), (1, 8)):
        wrong = (tensors(shape), *weights[1:])
        what = f"W_qkv of shape {shape} for 8 columns"
        rejects(lambda m, wrong=wrong: m.causal_self_attention(x, *wrong, 2), what=what)
        rejects(lambda m, wrong=wrong: m.causal_self_attention_step(x, *wrong, 2), what=what + ", a step")
    twelve = (tensors((36, 12)), tensors((36,)), *weights[2:])
    rejects(lambda m: m.causal_self_attention(x, *twelve, 2), what="weights for 12 columns where there are 8")
    close(student.causal_self_attention(x, *weights, 8), truth(x, weights, 8), what="the output with 8 heads")
