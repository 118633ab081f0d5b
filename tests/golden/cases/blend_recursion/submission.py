def blend(here, target, rate):
    return blend(here, target, rate)
