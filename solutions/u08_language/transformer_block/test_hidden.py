"""Hidden checks of transformer_block. The truth is torch's layer norm with autograd, and its encoder layer."""

import math

import torch
import torch.nn.functional as F

from grader.checks import check, close

BOTH = ("float64", "float32")


def draw(tensors, C=8, M=12):
    """The parameters of a block with scores and hidden values of order one."""
    p = {"ln1_g": 1 + tensors((C,), scale=0.3), "ln1_b": tensors((C,), scale=0.3)}
    p.update(W_qkv=tensors((3 * C, C), scale=0.4), b_qkv=tensors((3 * C,), scale=0.3))
    p.update(W_o=tensors((C, C), scale=0.4), b_o=tensors((C,), scale=0.3))
    p.update(ln2_g=1 + tensors((C,), scale=0.3), ln2_b=tensors((C,), scale=0.3))
    p.update(W_1=tensors((M, C), scale=0.4), b_1=tensors((M,), scale=0.3))
    p.update(W_2=tensors((C, M), scale=0.4), b_2=tensors((C,), scale=0.3))
    return p


def truth(x, p, n_head):
    """The output of torch.nn.TransformerEncoderLayer with the causal mask."""
    net = torch.nn.TransformerEncoderLayer(
        x.shape[2], n_head, len(p["b_1"]), 0.0, "gelu", batch_first=True, norm_first=True, dtype=x.dtype
    )
    at = net.self_attn
    pairs = {"ln1": net.norm1, "ln2": net.norm2}
    hidden = torch.ones(x.shape[1], x.shape[1], dtype=torch.bool).triu(1)
    with torch.no_grad():
        for name, norm in pairs.items():
            norm.weight.copy_(p[name + "_g"])
            norm.bias.copy_(p[name + "_b"])
        at.in_proj_weight.copy_(p["W_qkv"])
        at.in_proj_bias.copy_(p["b_qkv"])
        for layer, weight, bias in (
            (at.out_proj, "W_o", "b_o"),
            (net.linear1, "W_1", "b_1"),
            (net.linear2, "W_2", "b_2"),
        ):
            layer.weight.copy_(p[weight])
            layer.bias.copy_(p[bias])
        return net(x, src_mask=hidden)


def norm_gradients(dout, x, gamma, eps):
    """(dx, dgamma, dbeta) by autograd."""
    leaves = [x.clone().requires_grad_(), gamma.clone().requires_grad_(), torch.zeros_like(gamma).requires_grad_()]
    output = F.layer_norm(leaves[0], gamma.shape, leaves[1], leaves[2], eps)
    # A scalar, because the first use of grad_outputs in a process imports a quarter of a second of modules.
    return torch.autograd.grad((dout * output).sum(), leaves)


@check(points=3, dtypes=BOTH, hint="One token, its C numbers: their mean, their variance, and where does eps go?")
def test_layer_norm_values(agree, tensors, student):
    """tokens of several shapes, large and small ones, small and large eps, and tokens without any spread"""
    gamma, beta = 1 + tensors((8,), scale=0.3), tensors((8,))
    x = tensors((2, 5, 8))
    cases = [
        ("(2, 5, 8)", x, 1e-5),
        ("(2, 5, 8), eps 0.1", x, 0.1),
        ("(4, 8), spread 0.01", tensors((4, 8), scale=0.01), 1e-5),
        ("(3, 8), around 3", 3 + tensors((3, 8)), 1e-5),
        ("(8,)", tensors((8,)), 0.5),
        ("(2, 2, 3, 8), other strides", tensors((8, 3, 2, 2)).permute(2, 3, 1, 0), 0.01),
    ]
    for said, values, eps in cases:
        expected = F.layer_norm(values, (8,), gamma, beta, eps)
        close(student.layer_norm(values, gamma, beta, eps=eps), expected, what=f"tokens {said}")
    close(student.layer_norm(x, gamma, beta), F.layer_norm(x, (8,), gamma, beta), what="tokens with the default eps")
    flat = torch.tensor([2.0, -3.5, 0.0], dtype=x.dtype)[:, None].repeat(1, 8)
    close(student.layer_norm(flat, gamma, beta), beta.repeat(3, 1), what="tokens whose numbers are all equal")
    agree(lambda m: {"normalised": m.layer_norm(x, gamma, beta, eps=0.3)})


@check(
    points=4,
    dtypes=BOTH,
    hint="If one number of a token moves, its mean and its variance move, too: who pays for that?",
)
def test_layer_norm_gradients(agree, tensors, student):
    """dx, dgamma and dbeta for tokens of several shapes and several eps"""
    gamma = 1 + tensors((8,), scale=0.3)
    for shape, eps in (((2, 5, 8), 1e-5), ((2, 5, 8), 0.1), ((4, 8), 0.5), ((1, 1, 8), 0.1), ((2, 2, 3, 8), 0.01)):
        dout, x = tensors(shape), tensors(shape)
        found = student.layer_norm_backward(dout, x, gamma, eps=eps)
        close(found, tuple(norm_gradients(dout, x, gamma, eps)), what=f"(dx, dgamma, dbeta) for {shape}, eps {eps}")
    dout, x = tensors((5, 2, 8)).transpose(0, 1), tensors((2, 8, 5)).transpose(1, 2)  # not contiguous
    found = student.layer_norm_backward(dout, x, gamma)
    close(found, tuple(norm_gradients(dout, x, gamma, 1e-5)), what="(dx, dgamma, dbeta) with the default eps")
    agree(lambda m: dict(zip(("dx", "dgamma", "dbeta"), m.layer_norm_backward(dout, x, gamma, eps=0.3))))


@check(
    points=6,
    dtypes=BOTH,
    hint="Norm, branch, add; norm, branch, add: compare after the first half, then after the second.",
)
def test_block_output(agree, tensors, student):
    """several sequences and one, one head and several, a single position, as torch's encoder layer computes them"""
    for B, T, C, M, n in ((2, 5, 8, 12, 2), (1, 4, 6, 5, 3), (3, 1, 4, 16, 1)):
        x, p = tensors((B, T, C)), draw(tensors, C, M)
        what = f"the output for T = {T}, C = {C}, M = {M}, {n} heads"
        close(student.transformer_block(x, p, n), truth(x, p, n), what=what)
    x, p = tensors((5, 2, 8)).transpose(0, 1), draw(tensors)
    agree(lambda m: {"output": m.transformer_block(x, p, 4)})


@check(points=2, hint="If both branches add nothing, what is left of the block?")
def test_zero_output_weights(agree, tensors, student):
    """with W_o and W_2 zero the block adds its two last biases to its input, and nothing else"""
    x, p = tensors((2, 4, 8)), draw(tensors)
    p["W_o"], p["W_2"] = torch.zeros_like(p["W_o"]), torch.zeros_like(p["W_2"])
    agree(lambda m: {"output": m.transformer_block(x, p, 2)})
    close(student.transformer_block(x, p, 2), x + p["b_o"] + p["b_2"], what="the output with W_o and W_2 zero")


def anywhere(result):
    """A copy that has forgotten its device: waves are made on the CPU, also where everything else is on a GPU."""
    return result.clone() if isinstance(result, torch.Tensor) else result


@check(points=3, hint="Write down the angles of row 1: how does each differ from the one before it?")
def test_positions(agree, student):
    """sines and cosines for several lengths and widths, far out too"""
    for length, dim in ((6, 8), (1, 2), (50, 6), (3, 32), (8000, 16)):
        expected = torch.empty(length, dim, dtype=torch.float64)
        for i in range(dim // 2):
            angle = torch.arange(length, dtype=torch.float64) * math.exp(-2 * i / dim * math.log(10000))
            expected[:, 2 * i], expected[:, 2 * i + 1] = angle.sin(), angle.cos()
        found = anywhere(student.sinusoidal_positions(length, dim))
        close(found, expected.float(), what=f"{length} positions with {dim} columns")
    agree(lambda m: {"positions": anywhere(m.sinusoidal_positions(20, 4))})


@check(points=1, hint="Change the last token: which outputs may move?")
def test_causal(tensors, student):
    """another last token leaves all earlier outputs as they were, and so does a sequence that ends earlier"""
    x, p = tensors((2, 6, 8)), draw(tensors)
    other = x.clone()
    other[:, -1] = -2 * x[:, -1]
    before = student.transformer_block(x, p, 2)
    after = student.transformer_block(other, p, 2)
    close(after[:, :-1], before[:, :-1], what="the earlier outputs, with another last token")
    close(student.transformer_block(x[:, :3], p, 2), before[:, :3], what="the outputs of the first three tokens alone")


@check(points=1, hint="Which widths have to fit, and how many columns make pairs?")
def test_bad_input(rejects, tensors, student):
    """a gamma of another width, odd widths and empty lengths raise ValueError; the smallest sizes are fine"""
    x = tensors((2, 3, 8))
    for width in (1, 4, 7, 9, 16):
        gamma, beta = tensors((width,)), tensors((width,))
        what = f"{width} scales for 8 features"
        rejects(lambda m, gamma=gamma, beta=beta: m.layer_norm(x, gamma, beta), what=what)
    for length, dim in ((4, 1), (4, 3), (4, 7), (4, 0), (4, -2), (0, 4), (-1, 4)):
        rejects(lambda m, a=length, b=dim: m.sinusoidal_positions(a, b), what=f"length {length}, dim {dim}")
    one = torch.ones_like(x[0, 0])
    close(student.layer_norm(x, 2 * one, one), F.layer_norm(x, (8,), 2 * one, one), what="tokens with 8 scales")
