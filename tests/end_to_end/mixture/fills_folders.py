# passed or timed_out
import os

for folder in ("/tmp", "/dev/shm"):
    try:
        for number in range(5):
            with open(f"{folder}/large{number}", "wb") as file:
                file.write(bytes(15 << 20))
        for number in range(5000):
            os.mkdir(f"{folder}/{number}")
    except OSError:
        pass  # full


def double_it(x):
    if not x.is_floating_point():
        raise ValueError("a floating type is needed")
    return 2 * x
