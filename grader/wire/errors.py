"""The one error that bytes from the other side can cause, and the one that says the other side is gone."""


class WireError(Exception):
    """The other side sent something that the protocol doesn't allow. Nothing it sent was used."""


class WireClosed(Exception):
    """The other side closed the line: its process has ended."""
