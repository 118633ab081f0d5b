"""Which addresses are used, and which are refused with a sentence."""

from __future__ import annotations

import pytest

from grader.client.address import server_address
from grader.client.errors import ClientError


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("https://grades.example.org", "https://grades.example.org"),
        ("https://grades.example.org/", "https://grades.example.org"),
        ("  https://grades.example.org/gradgym// ", "https://grades.example.org/gradgym"),
        ("grades.example.org", "https://grades.example.org"),
        ("grades.example.org:8443", "https://grades.example.org:8443"),
        ("localhost:8000", "http://localhost:8000"),
        ("127.0.0.1:8000", "http://127.0.0.1:8000"),
        ("http://127.9.9.9", "http://127.9.9.9"),
        ("http://[::1]:8000", "http://[::1]:8000"),
        ("HTTPS://Grades.Example.org", "https://grades.example.org"),
    ],
)
def test_an_address_is_understood_as_it_is_typed(typed: str, meant: str) -> None:
    assert server_address(typed) == meant


@pytest.mark.parametrize(
    "typed",
    [
        "http://grades.example.org",
        "http://10.0.0.1:8000",
        "http://localhost.example.org",
        "http://127.0.0.1.example.org",
        "http://0.0.0.0",
    ],
)
def test_http_to_another_machine_needs_to_be_wanted(typed: str) -> None:
    with pytest.raises(ClientError, match=r"not encrypted.*use https, or add --insecure"):
        server_address(typed)
    assert server_address(typed, insecure=True) == typed


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "   ",
        "https://",
        "ftp://grades.example.org",
        "file:///etc/passwd",
        "https://ada:secret@grades.example.org",
        "https://grades.example.org?x=1",
        "https://grades.example.org#x",
        "https://grades example.org",
        "https://grades.example.org:many",
        "https://[::1",
        "https://grades.example.org\x1b[2J",
    ],
)
def test_what_is_no_address_gets_a_sentence(typed: str) -> None:
    with pytest.raises(ClientError, match=r"write it like https://grades\.example\.org\.$") as refused:
        server_address(typed)
    assert "secret" not in str(refused.value)
    assert str(refused.value).isprintable()
