"""Checks to work with: the worked example of the statement, and the rules around it."""

import torch

from grader.checks import check, close, ensure


def rows(*numbers):
    """A float64 tensor."""
    return torch.tensor(numbers, dtype=torch.float64)


# Four training rows with three features, and a new one: the example of the statement.
TRAIN = rows((3.0, 110.0, 4.0), (9.0, 30.0, 4.0), (11.0, 170.0, 4.0), (17.0, 90.0, 4.0))
NEW = rows((20.0, 100.0, 6.0))


@check(hint="Take the first column on paper: four deviations from the mean, squared, averaged, and the root of that.")
def test_statistics(student):
    """means and deviations of the worked example"""
    scaler = student.StandardScaler()
    ensure(student.kit.fit_returns_the_scaler(scaler, TRAIN), "`fit` should return the scaler: end it with self.")
    close(scaler.mean_, rows(10.0, 100.0, 4.0), what="mean_")
    close(scaler.std_, rows(5.0, 50.0, 1.0), what="std_")


@check(hint="Which mean and which deviation belong to a row that the scaler has never seen?")
def test_scaled(student):
    """scaled training rows and a scaled new row of the worked example"""
    scaler = student.StandardScaler()
    due = rows((-1.4, 0.2, 0.0), (-0.2, -1.4, 0.0), (0.2, 1.4, 0.0), (1.4, -0.2, 0.0))
    close(scaler.fit_transform(TRAIN), due, what="the scaled training rows")
    close(scaler.transform(NEW), rows((2.0, 0.0, 2.0)), what="the scaled new row")
    close(scaler.inverse_transform(rows((2.0, 0.0, 2.0))), NEW, what="the new row, back again")


@check(hint="Where does the smallest training value land, and where the largest?")
def test_squeezed(student):
    """the new row of the worked example between minimum and maximum"""
    scaler = student.MinMaxScaler()
    scaler.fit(TRAIN)
    close(scaler.range_, rows(14.0, 140.0, 1.0), what="range_")
    close(scaler.transform(NEW), rows((17 / 14, 0.5, 2.0)), what="the new row")


@check(hint="What can a scaler say about rows when it has not seen any yet?")
def test_not_fitted(rejects):
    """a scaler that has learned nothing yet refuses to transform"""
    rejects(lambda m: m.StandardScaler().transform(NEW))
