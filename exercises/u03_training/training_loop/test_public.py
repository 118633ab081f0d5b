"""Checks to work with: small numbers that can be followed on paper."""

import math

import torch

from grader.checks import check, close, ensure

# Three rows of one feature, two classes. All weights start at zero, so every score of the first batch is zero.
WIDE = (torch.tensor([[1.0], [-1.0]], dtype=torch.float64), torch.tensor([1, 0]))
NARROW = (torch.tensor([[2.0]], dtype=torch.float64), torch.tensor([1]))


def zeros():
    """Fresh weights (2 classes, 1 feature) and biases."""
    return torch.zeros(2, 1, dtype=torch.float64), torch.zeros(2, dtype=torch.float64)


@check(hint="Follow the worked example of the statement batch by batch.")
def test_worked_example(student):
    """one epoch over two batches gives the worked example"""
    ran = student.kit.run_train(student.train_one_epoch, *zeros(), [WIDE, NARROW], lr=0.5)
    slope = 1 / (1 + math.e)  # the probability that the second batch gives to the wrong class
    weight = torch.tensor([[-0.25 - slope], [0.25 + slope]], dtype=torch.float64)
    close(ran["weights"]["weight"], weight, what="the weights after the epoch")
    close(ran["losses"], [(2 * math.log(2) + math.log1p(1 / math.e)) / 3], what="the mean loss of the epoch")


@check(hint="How many of the rows are right, all batches together?")
def test_evaluation_counts_rows(student):
    """evaluation returns loss and accuracy as floats"""
    batches = [WIDE, (NARROW[0], torch.tensor([0]))]
    weight, bias = zeros()
    weight += torch.tensor([[-1.0], [1.0]], dtype=torch.float64)
    ran = student.kit.run_evaluate(student.evaluate, weight, bias, batches)
    loss = (2 * math.log1p(math.exp(-2)) + math.log1p(math.exp(4))) / 3
    close(ran["result"], (loss, 2 / 3), what="loss and accuracy")


@check(hint="Measure in evaluation mode, then leave the model as you found it.")
def test_evaluation_mode(student):
    """evaluation runs in evaluation mode and gives the old mode back"""
    ran = student.kit.run_evaluate(student.evaluate, *zeros(), [WIDE], training=True)
    ensure(ran["modes"] == [False], "The model was called in training mode. Switch it to evaluation mode first.")
    ensure(ran["training_after"], "The model was in training mode before the call and is not any more. Switch it back.")


@check(hint="One entry per epoch in each of the four lists.")
def test_history(student):
    """the history has four lists with one float per epoch"""
    ran = student.kit.run_fit(student.fit, *zeros(), [WIDE], [NARROW], epochs=2, lr=0.25)
    names = ["train_loss", "val_loss", "val_acc", "lr"]
    history = ran["history"]
    ensure(isinstance(history, dict), "`fit` should return a dict of lists. Return the history at the end.")
    ensure(list(history) == names, f"The keys should be {names}, in this order. Look at how the dict is made.")
    close(history["lr"], [0.25, 0.25], what="the recorded learning rates")
    close(history["val_acc"], [1.0, 1.0], what="the recorded accuracies")
    close(history["train_loss"][0], math.log(2), what="the training loss of the first epoch")


@check(hint="What should happen when there is nothing to average?")
def test_nothing_to_evaluate(rejects):
    """an evaluation without any batch is refused"""
    rejects(lambda m: m.kit.run_evaluate(m.evaluate, *zeros(), []))
