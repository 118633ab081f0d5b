"""A look at the memory of a converted image."""


def convert_and_look(to_float_chw, img):
    """The converted image, and whether its numbers lie in memory in the order of its axes."""
    result = to_float_chw(img)
    return {"image": result, "contiguous": result.is_contiguous()}
