"""Hidden checks of with_kit."""

import torch

from grader.checks import check, close, named


@check(points=1, hint="What goes into the second call?")
def test_model(agree, tensors):
    """a model of the kit, applied twice"""
    x = tensors((3,))
    agree(lambda m: m.kit.run(m.apply_twice, x))


@check(points=0.5, hint="Any function will do.")
def test_public_function(student, tensors):
    """a function of torch, applied twice"""
    drawn = tensors((2,))
    x = torch.cat([drawn, -drawn])
    close(student.apply_twice(named(torch.nn.functional.relu), x), x.relu(), what="relu, applied twice")
