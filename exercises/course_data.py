"""Synthetic data sets of the course: CPU generator, float64 draws, then cast. Same numbers on CPU and GPU."""

import math, torch


def _g(seed):
    return torch.Generator().manual_seed(seed)


def blobs(n_per_class, centers, std, seed):
    """centers: list of lists (C x d). Rows are ordered class by class (sorted labels) on purpose."""
    c = torch.tensor(centers, dtype=torch.float64)
    C, d = c.shape
    X = c.repeat_interleave(n_per_class, 0) + std * torch.randn(
        C * n_per_class, d, generator=_g(seed), dtype=torch.float64
    )
    return X, torch.arange(C).repeat_interleave(n_per_class)


def moons(n_per_class, noise, seed):
    g = _g(seed)
    t = math.pi * torch.rand(2, n_per_class, generator=g, dtype=torch.float64)
    a = torch.stack([t[0].cos(), t[0].sin()], 1)
    b = torch.stack([1 - t[1].cos(), 0.5 - t[1].sin()], 1)
    X = torch.cat([a, b])
    X = X + noise * torch.randn(X.shape, generator=g, dtype=torch.float64)
    return X, torch.arange(2).repeat_interleave(n_per_class)


def spirals(n_per_class, arms, turns, noise, seed):
    g = _g(seed)
    r = 0.1 + 0.9 * torch.rand(arms, n_per_class, generator=g, dtype=torch.float64)
    k = torch.arange(arms, dtype=torch.float64)[:, None]
    a = 2 * math.pi * (k / arms + turns * r) + noise * torch.randn(arms, n_per_class, generator=g, dtype=torch.float64)
    X = torch.stack([r * a.cos(), r * a.sin()], -1).reshape(-1, 2)
    return X, torch.arange(arms).repeat_interleave(n_per_class)


def bars(n_per_class, size, noise, seed):
    """3 classes of size x size grey images: horizontal bar, vertical bar, diagonal; values around 0/1; shape (N,1,S,S)."""
    g = _g(seed)
    N = 3 * n_per_class
    y = torch.arange(3).repeat_interleave(n_per_class)
    pos = torch.randint(0, size, (N,), generator=g)
    X = torch.zeros(N, 1, size, size, dtype=torch.float64)
    for i in range(N):
        p = int(pos[i])
        if y[i] == 0:
            X[i, 0, p, :] = 1
        elif y[i] == 1:
            X[i, 0, :, p] = 1
        else:
            X[i, 0, torch.arange(size), (torch.arange(size) + p) % size] = 1
    return X + noise * torch.randn(X.shape, generator=g, dtype=torch.float64), y


def sine(n, noise, seed):
    g = _g(seed)
    x = 4 * torch.rand(n, 1, generator=g, dtype=torch.float64) - 2
    return x, torch.sin(2 * x) + 0.3 * x + noise * torch.randn(n, 1, generator=g, dtype=torch.float64)


def logistic_rows(n, d, seed):
    g = _g(seed)
    X = torch.randn(n, d, generator=g, dtype=torch.float64)
    w = torch.linspace(1, -1, d, dtype=torch.float64)
    y = (torch.rand(n, generator=g, dtype=torch.float64) < torch.sigmoid(X @ w + 0.3)).double()
    return X, y


# surfaces: value and gradient at a point p (2,)
def rosenbrock(p):
    x, y = p[0], p[1]
    return (1 - x) ** 2 + 100 * (y - x * x) ** 2, torch.stack([-2 * (1 - x) - 400 * x * (y - x * x), 200 * (y - x * x)])


def beale(p):
    x, y = p[0], p[1]
    a, b, c = 1.5 - x + x * y, 2.25 - x + x * y**2, 2.625 - x + x * y**3
    return a * a + b * b + c * c, torch.stack(
        [2 * a * (y - 1) + 2 * b * (y * y - 1) + 2 * c * (y**3 - 1), 2 * a * x + 4 * b * x * y + 6 * c * x * y * y]
    )


def ravine(p, k=50.0):
    return 0.5 * (p[0] ** 2 + k * p[1] ** 2), torch.stack([p[0], k * p[1]])


POS = "good great bright warm clear fresh happy solid smooth lovely".split()
NEG = "bad dull cold broken noisy stale sad weak rough awful".split()
NEU = "the a this room meal book film phone was and very quite with for at it we day service sound".split()


def toy_reviews(n_per_class, seed):
    """(texts, labels): 5-9 words; a word is from the class list with prob .30, from the other list .05, else neutral."""
    g = _g(seed)
    texts, y = [], []
    for label in (0, 1):
        own, other = (NEG, POS) if label == 0 else (POS, NEG)
        for _ in range(n_per_class):
            n = 5 + int(torch.randint(0, 5, (), generator=g))
            w = []
            for _ in range(n):
                u = float(torch.rand((), generator=g, dtype=torch.float64))
                src = own if u < 0.30 else other if u < 0.35 else NEU
                w.append(src[int(torch.randint(0, len(src), (), generator=g))])
            texts.append(" ".join(w))
            y.append(label)
    return texts, torch.tensor(y)


def toy_text(n_sentences, seed):
    """Small grammar for BPE and the GPT: 'the <adj> <noun> <verb> the <noun> .' repeated."""
    g = _g(seed)
    pick = lambda L: L[int(torch.randint(0, len(L), (), generator=g))]
    A, N, V = "old tiny lazy quick red".split(), "cat dog fox bird fish".split(), "sees likes hears follows".split()
    return " ".join(f"the {pick(A)} {pick(N)} {pick(V)} the {pick(N)} ." for _ in range(n_sentences))
