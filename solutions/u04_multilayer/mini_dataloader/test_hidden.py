"""Hidden checks of mini_dataloader."""

from itertools import islice

import torch
from torch.utils.data import DataLoader

from grader.checks import check, close, ensure, shares_memory

BOTH = ("float64", "float32")


def epoch(loader):
    """The batches of one epoch, at most forty: a loader without an end should not hold up the check."""
    return list(islice(loader, 40))


def seeded(seed):
    return torch.Generator().manual_seed(seed)


def numbered(n):
    """A data set that is a plain list: sample i is (tensor of i and -i, i)."""
    return [(torch.tensor([float(i), float(-i)], dtype=torch.float64), i) for i in range(n)]


def labels_of(batch):
    """A collate function of our own: the targets alone."""
    return [y for _, y in batch]


def two_at_once(loader):
    """A loop inside a loop over the same loader."""
    return [[a, b] for a in islice(loader, 5) for b in islice(loader, 5)]


@check(points=2.25, dtypes=BOTH, hint="Which indices name a sample, and how does a for loop over the data set end?")
def test_items(agree, rejects, tensors, generator):
    """samples by positive and negative index, none beyond the ends, and a loop that ends"""
    X, labels = tensors((5, 3)), torch.randint(4, (5,), generator=generator)
    images, scores = tensors((4, 2, 3)), [0.5, -1.0, 2.0, 0.25]

    def items(m):
        data = m.ArrayDataset(X, labels)
        other = m.ArrayDataset(images, scores)
        return {
            "length": len(data),
            "samples": [data[i] for i in (0, 2, 4)],
            "samples from the end": [data[i] for i in (-1, -5)],
            "samples with a list of targets": [other[i] for i in (3, -2)],
            "a loop over the data set": list(islice(data, 20)),
        }

    agree(items)
    for i in (5, 6, -6, 100):
        rejects(lambda m, i=i: m.ArrayDataset(X, labels)[i], error=IndexError, what=f"index {i} of 5 samples")
        rejects(
            lambda m, i=i: m.ArrayDataset(X, labels.tolist(), transform=lambda x: x)[i],
            error=IndexError,
            what=f"index {i} of 5 samples with a list of targets",
        )


@check(points=1.5, hint="When is the transform called, how often, and with what?")
def test_transform_lazily(agree, tensors):
    """the transform is called at access, once, with the row and nothing else"""
    X, y = tensors((4, 3)), tensors((4,))

    def accesses(m):
        calls = []

        def flipped_and_numbered(x):
            calls.append(x.clone())
            return torch.cat([x.flip(0), torch.tensor([float(len(calls))], dtype=x.dtype)])

        data = m.ArrayDataset(X, y, transform=flipped_and_numbered)
        length = len(data)
        early = len(calls)
        samples = [data[i] for i in (2, 0, 2, -1)]
        loader = m.MiniLoader(data, batch_size=3)
        epochs = [epoch(loader), epoch(loader)]
        return {
            "length": length,
            "calls before the first access": early,
            "what the transform got": calls,
            "samples": samples,
            "two epochs": epochs,
        }

    agree(accesses)


@check(
    points=2.25,
    dtypes=BOTH,
    hint="Which axis does a batch have that a sample has not, and which type have class numbers?",
)
def test_collate_types(agree, tensors, generator, student):
    """inputs of several shapes and types; targets that are ints, floats, tensors"""
    vectors, images = tensors((3,), n=4), tensors((2, 3), n=3)
    tokens = [torch.randint(9, (5,), generator=generator) for _ in range(2)]
    masks, numbers = [torch.tensor([True, False]), torch.tensor([False, False])], tensors((), n=3)
    samples = {
        "vectors, ints": list(zip(vectors, [3, 0, 1, 2])),
        "images, floats": list(zip(images, [0.5, -1.25, 3.0])),
        "tokens, ints": list(zip(tokens, [1, 0])),
        "masks, vectors": list(zip(masks, vectors)),
        "numbers, class numbers in tensors": list(zip(numbers, torch.tensor([2, 0, 1]))),
        "images, tensors of shape ()": list(zip(images, numbers)),
        "a single sample": [(vectors[0], 7)],
    }
    agree(lambda m: {name: m.collate(batch) for name, batch in samples.items()})

    batch = student.collate([(vectors[0], 7)])
    ensure(not shares_memory(batch[0], vectors[0]), "The batch shares memory with its sample. Stack into a new tensor.")


@check(points=3, dtypes=BOTH, hint="Where do the real entries of a short sequence stand, and how many are they?")
def test_padding(agree, tensors, generator):
    """sequences of several lengths and types, filled up on the right"""
    lengths = {"3, 5, 1": (3, 5, 1), "equal ones": (4, 4), "a single one": (3,), "the longest first": (6, 2, 1, 3)}
    batches = {}
    for name, sizes in lengths.items():
        labels = torch.randint(5, (len(sizes),), generator=generator).tolist()
        words = [torch.randint(1, 50, (t,), generator=generator) for t in sizes]
        batches[f"lengths {name}, int64"] = list(zip(words, labels))
        batches[f"lengths {name}, floating"] = list(zip([tensors((t,)) for t in sizes], labels))
    batches["short ints"] = [(torch.tensor([1, 2], dtype=torch.int16), 1), (torch.tensor([3], dtype=torch.int16), 0)]

    def pad(m):
        found = {}
        for name, samples in batches.items():
            for value in (None, -1, 7):
                settings = {} if value is None else {"pad_value": value}
                found[f"(X, lengths, y) of {name}, pad_value {value}"] = m.pad_collate(samples, **settings)
        found["(X, lengths, y), pad_value 0.5"] = m.pad_collate(batches["lengths 3, 5, 1, floating"], pad_value=0.5)
        return found

    agree(pad)


@check(points=1.5, dtypes=BOTH, hint="Walk through the samples in groups of neighbours; what does each group become?")
def test_batches_in_order(agree, tensors, generator, student):
    """batches as torch.utils.data.DataLoader gives them, also when two loops run at once"""
    X, labels = tensors((7, 2)), torch.randint(3, (7,), generator=generator).tolist()

    def walk(m):
        data = m.ArrayDataset(X, labels)
        loader = m.MiniLoader(data, batch_size=3)
        return {
            "batches of 3": epoch(loader),
            "batches of 3 again": epoch(loader),
            "batches of 1": epoch(m.MiniLoader(data)),
            "batches of 9": epoch(m.MiniLoader(data, batch_size=9)),
            "batches of 2 of a list": epoch(m.MiniLoader(numbered(5), batch_size=2)),
            "two loops at once": two_at_once(m.MiniLoader(data, batch_size=3, collate_fn=labels_of)),
            "another collate_fn": epoch(m.MiniLoader(data, batch_size=4, collate_fn=labels_of)),
            "padded": epoch(m.MiniLoader(ragged(), batch_size=2, collate_fn=m.pad_collate)),
        }

    agree(walk)
    pairs = list(zip(X, labels))
    for size in (1, 3, 9):
        found = epoch(student.MiniLoader(pairs, batch_size=size))
        due = [tuple(batch) for batch in DataLoader(pairs, batch_size=size)]
        close(found, due, what=f"the batches of {size}")


def ragged():
    return [(torch.arange(1, t + 1), t % 2) for t in (2, 4, 1)]


@check(points=2.25, hint="When is an order drawn, how often, and from which generator?")
def test_batches_shuffled(agree, generator):
    """three shuffled epochs from a seeded generator, and where the generator is afterwards"""
    seed = int(torch.randint(10_000, (), generator=generator))

    def shuffled(m):
        own, shared = seeded(seed), seeded(seed + 1)
        loader = m.MiniLoader(numbered(20), batch_size=6, shuffle=True, generator=own)
        one = m.MiniLoader(numbered(9), batch_size=4, shuffle=True, generator=shared)
        two = m.MiniLoader(numbered(8), batch_size=3, shuffle=True, generator=shared, drop_last=True)
        return {
            "three epochs": [epoch(loader) for _ in range(3)],
            "the next numbers of the generator": torch.rand(3, generator=own),
            "two loaders with one generator": [epoch(each) for each in (one, two, one)],
            "not shuffled": epoch(m.MiniLoader(numbered(5), batch_size=2, generator=shared)),
            "two loops at once": two_at_once(
                m.MiniLoader(numbered(7), batch_size=3, shuffle=True, generator=shared, collate_fn=labels_of)
            ),
        }

    agree(shuffled, pure=False)


@check(points=1.5, hint="Write down how many batches 7 samples make in groups of 3, with and without the short one.")
def test_lengths_and_drop_last(agree):
    """numbers of batches and the fate of the short one, for many sizes"""
    sizes = [(7, 3), (6, 3), (2, 5), (5, 5), (1, 1), (8, 7)]

    def lengths(m):
        found = {}
        for n, size in sizes:
            for drop_last in (False, True):
                loader = m.MiniLoader(numbered(n), batch_size=size, drop_last=drop_last, collate_fn=labels_of)
                name = f"{n} samples in batches of {size}, drop_last={drop_last}"
                found[name] = {"len": len(loader), "labels": epoch(loader)}
        return found

    agree(lengths)


@check(points=0.75, hint="Compare lengths and sizes before anything else.")
def test_bad_input(rejects, tensors):
    """X and y of different lengths, and batches of fewer than one sample, raise ValueError"""
    X = tensors((4, 2))
    for y in ([1, 0, 1], [1, 0, 1, 0, 1], tensors((3,)), []):
        rejects(lambda m, y=y: m.ArrayDataset(X, y), what=f"4 rows and {len(y)} targets")
    for size in (0, -1):
        rejects(lambda m, size=size: epoch(m.MiniLoader(numbered(3), batch_size=size)), what=f"batch_size={size}")
