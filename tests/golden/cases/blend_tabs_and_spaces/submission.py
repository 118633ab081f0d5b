def blend(here, target, rate):
    way = target - here
	return here + rate * way
