# crashed
def double_it(x):
    return x.no_such_attribute
