# The list of names that a file lacks comes from the guest. Names that nobody asked for are not believed.
# prelude
import grader.guest.runner

if FIRST:
    tried("names")
    ready = grader.guest.runner.Ready
    grader.guest.runner.Ready = lambda missing: ready(["z" * 1000] * 8000 + ["owned"])
