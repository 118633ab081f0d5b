"""Hidden checks of feature_scaler. The truth is computed here, column by column."""

import torch

from grader.checks import check, close

BOTH = ("float64", "float32")
CONSTANTS = (0.1, 0.7, 1.1, 7.0, 0.0, -0.3)  # most of them have no exact binary form


def draw_rows(tensors, n):
    """Rows with columns of scale 1, 10 and 0.00001 around different centres."""
    X = tensors((n, 3))
    return torch.stack([X[:, 0] - 2.0, 10.0 * X[:, 1] + 30.0, 1e-5 * X[:, 2]], dim=1)


def mean_and_std(X):
    return X.mean(0), X.std(0, correction=0)


def fitted(m, name, X):
    """A scaler that has learned from X."""
    scaler = {"standard": m.StandardScaler, "min-max": m.MinMaxScaler}[name]()
    scaler.fit(X)
    return scaler


@check(points=2, dtypes=BOTH, hint="One mean and one deviation per column: over what, and divided by what?")
def test_learned_statistics(agree, tensors, student):
    """means and deviations of columns of three sizes, also after a second fit and when the rows change later"""
    X, other, later = draw_rows(tensors, 7), draw_rows(tensors, 5).t().contiguous().t(), draw_rows(tensors, 4)

    def learn(m):
        scaler = m.StandardScaler()
        itself = m.kit.fit_returns_the_scaler(scaler, X)
        found = {"mean_": scaler.mean_, "std_": scaler.std_, "fit returns the scaler itself": itself}
        scaler.fit(other)
        found |= {"mean_ after a second fit": scaler.mean_, "std_ after a second fit": scaler.std_}
        given = later.clone()
        scaler = fitted(m, "standard", given)
        given.zero_()  # done by the check, not by the student's code
        scaled = scaler.transform(later)
        return {**found, "scaled rows, the training rows overwritten in between": scaled}

    agree(learn)
    found = learn(student)
    mean, std = mean_and_std(X)
    close({"mean_": found["mean_"], "std_": found["std_"]}, {"mean_": mean, "std_": std})


@check(points=1.5, dtypes=BOTH, hint="After scaling, each training column has mean 0 and population deviation 1.")
def test_transform_train(agree, tensors, student):
    """scaled training rows have mean 0 and deviation 1 in every column"""
    X = draw_rows(tensors, 9)

    def scale(m):
        return {
            "fit_transform": m.StandardScaler().fit_transform(X),
            "transform after fit": fitted(m, "standard", X).transform(X),
        }

    agree(scale)
    for name, Z in scale(student).items():
        mean, std = mean_and_std(Z)
        close(mean, torch.zeros_like(mean), atol=1e-6 if Z.dtype == torch.float64 else 1e-4, what=f"means, {name}")
        close(std, torch.ones_like(std), what=f"standard deviations, {name}")


@check(points=2, dtypes=BOTH, hint="A new row is measured with the mean and deviation of the training rows.")
def test_transform_new(agree, tensors, student):
    """new rows, many or one, are scaled with the training statistics, which stay as they were"""
    X, batches = draw_rows(tensors, 8), {"four rows": draw_rows(tensors, 4) * 3, "one row": draw_rows(tensors, 1)}

    def scale(m):
        scaler = m.StandardScaler()
        scaler.fit_transform(X)
        found = {name: scaler.transform(rows) for name, rows in batches.items()}
        return {**found, "mean_ afterwards": scaler.mean_, "std_ afterwards": scaler.std_}

    agree(scale)
    mean, std = mean_and_std(X)
    expected = {name: (rows - mean) / std for name, rows in batches.items()}
    close(scale(student), {**expected, "mean_ afterwards": mean, "std_ afterwards": std})


@check(
    points=1.5,
    dtypes=BOTH,
    hint="What is the spread of a column that never changes, and how do you find out that it doesn't?",
)
def test_constant_column(agree, tensors):
    """columns without spread, and a single training row"""
    batches = {}
    for n in (3, 6, 7, 13):
        X = tensors((n, len(CONSTANTS) + 1))
        X[:, 1:] = torch.tensor(CONSTANTS, dtype=X.dtype)
        batches[f"{n} rows"] = X
    batches["one row"] = tensors((1, len(CONSTANTS) + 1))
    new = tensors((2, len(CONSTANTS) + 1))

    def scale(m):
        found = {}
        for name, X in batches.items():
            standard, minmax = fitted(m, "standard", X), fitted(m, "min-max", X)
            found |= {
                f"std_, {name}": standard.std_,
                f"range_, {name}": minmax.range_,
                f"training rows standardised, {name}": standard.transform(X),
                f"training rows min-max, {name}": minmax.transform(X),
                f"new rows standardised, {name}": standard.transform(new),
                f"new rows min-max, {name}": minmax.transform(new),
            }
        return found

    agree(scale)


@check(points=1, dtypes=BOTH, hint="Solve the formula of the scaling for x.")
def test_round_trip(agree, tensors, student):
    """there and back again, and back from any scaled rows"""
    X, new, Z = draw_rows(tensors, 6), draw_rows(tensors, 3), tensors((4, 3))

    def back(m):
        scaler = fitted(m, "standard", X)
        return {
            "training rows": scaler.inverse_transform(scaler.transform(X)),
            "new rows": scaler.inverse_transform(scaler.transform(new)),
            "any scaled rows": scaler.inverse_transform(Z),
        }

    agree(back)
    mean, std = mean_and_std(X)
    close(back(student), {"training rows": X, "new rows": new, "any scaled rows": Z * std + mean})


@check(
    points=1.5, dtypes=BOTH, hint="Where do the smallest and the largest training value land, and where a larger one?"
)
def test_min_max(agree, tensors, student):
    """the training rows reach from 0 to 1, new rows may lie outside, a second fit forgets the first"""
    X = draw_rows(tensors, 8)
    low, high = X.amin(0), X.amax(0)
    new = torch.stack([low - (high - low), high + 2 * (high - low), (low + high) / 2])
    inner = torch.stack([(3 * low + high) / 4, (low + 3 * high) / 4])

    def squeeze(m):
        scaler = m.MinMaxScaler()
        found = {"fit returns the scaler itself": m.kit.fit_returns_the_scaler(scaler, X)}
        found |= {"min_": scaler.min_, "range_": scaler.range_, "training rows": scaler.transform(X)}
        found |= {"new rows": scaler.transform(new), "range_ afterwards": scaler.range_}
        scaler.fit(inner)
        return {**found, "min_ after a second fit": scaler.min_, "range_ after a second fit": scaler.range_}

    agree(squeeze)
    found = squeeze(student)
    close(found["training rows"].amin(0), torch.zeros_like(low), what="the smallest value of each training column")
    close(found["training rows"].amax(0), torch.ones_like(high), what="the largest value of each training column")
    close(found["new rows"], torch.tensor([[-1.0], [3.0], [0.5]], dtype=X.dtype).expand(3, 3), what="new rows")


@check(points=0.5, hint="Which shapes can be learned from, and which rows fit what was learned?")
def test_bad_input(rejects, tensors, student):
    """nothing to learn from, nothing learned yet, or another number of columns"""
    X = draw_rows(tensors, 4)
    scalers = ("standard", "min-max")
    bad = {"zero rows": X[:0], "one axis": X[0], "three axes": tensors((2, 2, 3))}
    for what, rows in bad.items():
        rejects(lambda m, rows=rows: m.StandardScaler().fit(rows), what=f"StandardScaler.fit with {what}")
        rejects(lambda m, rows=rows: m.MinMaxScaler().fit(rows), what=f"MinMaxScaler.fit with {what}")
        rejects(lambda m, rows=rows: m.StandardScaler().fit_transform(rows), what=f"fit_transform with {what}")
    rejects(lambda m: m.StandardScaler().transform(X), what="transform before fit")
    rejects(lambda m: m.StandardScaler().inverse_transform(X), what="inverse_transform before fit")
    rejects(lambda m: m.MinMaxScaler().transform(X), what="MinMaxScaler.transform before fit")
    for d in (1, 2, 4):  # a single column would fit by broadcasting
        rows, what = tensors((2, d)), f"{d} columns where 3 were learned"
        for name in scalers:
            rejects(lambda m, name=name, rows=rows: fitted(m, name, X).transform(rows), what=f"{name}: {what}")
        rejects(lambda m, rows=rows: fitted(m, "standard", X).inverse_transform(rows), what=f"the way back: {what}")

    scaler = fitted(student, "standard", X)
    before = scaler.mean_, scaler.std_
    rejects(lambda m: scaler.fit(X[:0]), what="zero rows")
    close((scaler.mean_, scaler.std_), before, what="the statistics after a fit that was refused")
