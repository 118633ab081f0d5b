# Ten times half of the limit is much more than the whole submission may take.
# prelude
tried("import")
time.sleep(1)
right = double_it


def double_it(x):
    time.sleep(1)
    return right(x)
