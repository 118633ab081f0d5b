"""Where the token is kept: the environment first, then a keyring that works, then a file of its owner's alone."""

from __future__ import annotations

import os
import stat
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from grader.client import credentials
from grader.client.credentials import Credentials, find, forget, keep, place
from grader.client.errors import ClientError

URL = "https://grades.example.org"
TOKEN = "gg_very_secret"


@pytest.fixture(autouse=True)
def own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A home without a keyring; no test sees the keyring of whoever runs it."""
    for name in ("HOME", "XDG_CONFIG_HOME"):
        monkeypatch.setenv(name, str(tmp_path))
    for name in (credentials.URL, credentials.TOKEN):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(credentials, "_keyring", lambda: None)


class Keyring:
    """A keyring in memory; `broken` ones raise at every call."""

    def __init__(self, broken: bool = False) -> None:
        self.kept: dict[tuple[str, str], str] = {}
        self.broken = broken

    def set_password(self, service: str, name: str, secret: str) -> None:
        self._try()
        self.kept[service, name] = secret

    def get_password(self, service: str, name: str) -> str | None:
        self._try()
        return self.kept.get((service, name))

    def delete_password(self, service: str, name: str) -> None:
        self._try()
        del self.kept[service, name]

    def _try(self) -> None:
        if self.broken:
            raise RuntimeError("the keyring is locked")


def test_what_was_kept_is_found_again_until_it_is_forgotten() -> None:
    assert "which only you can read" in keep(Credentials(URL, TOKEN))
    assert find() == Credentials(URL, TOKEN)
    assert forget()
    with pytest.raises(ClientError, match="You are not signed in"):
        find()
    assert not forget()


@pytest.mark.skipif(os.name != "posix", reason="modes are POSIX's")
def test_only_its_owner_can_read_the_file_even_where_it_was_there_before() -> None:
    place().parent.mkdir(parents=True, exist_ok=True)
    place().write_text("{}")
    place().chmod(0o644)
    keep(Credentials(URL, TOKEN))
    assert stat.S_IMODE(place().stat().st_mode) == 0o600
    assert [path.name for path in place().parent.iterdir()] == ["server.json"]


def test_a_keyring_that_works_has_the_token_and_the_file_does_not(monkeypatch: pytest.MonkeyPatch) -> None:
    ring = Keyring()
    monkeypatch.setattr(credentials, "_keyring", lambda: ring)
    assert keep(Credentials(URL, TOKEN)) == "your system's keyring"
    assert TOKEN not in place().read_text()
    assert find() == Credentials(URL, TOKEN)
    forget()
    assert ring.kept == {}


def test_a_keyring_that_does_not_work_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(credentials, "_keyring", lambda: Keyring(broken=True))
    keep(Credentials(URL, TOKEN))
    assert find() == Credentials(URL, TOKEN)
    forget()


def test_the_environment_comes_first() -> None:
    keep(Credentials(URL, TOKEN))
    there = {"GRADGYM_URL": "https://other.example.org/", "GRADGYM_TOKEN": "gg_other"}
    assert find(environ=there) == Credentials("https://other.example.org", "gg_other")
    assert find(environ={"GRADGYM_TOKEN": "gg_other"}) == Credentials(URL, "gg_other")


def test_a_token_is_never_sent_to_another_server_than_its_own() -> None:
    keep(Credentials(URL, TOKEN))
    with pytest.raises(ClientError, match="your token is for another server"):
        find(environ={"GRADGYM_URL": "https://mallory.example.org"})


def test_plain_http_has_to_be_wanted_once() -> None:
    there = {"GRADGYM_URL": "http://10.0.0.1", "GRADGYM_TOKEN": TOKEN}
    with pytest.raises(ClientError, match="not encrypted"):
        find(environ=there)
    assert find(environ=there, insecure=True).url == "http://10.0.0.1"
    keep(Credentials("http://10.0.0.1", TOKEN, insecure=True))
    assert find() == Credentials("http://10.0.0.1", TOKEN, insecure=True)


@pytest.mark.parametrize("text", ["", "{", "[]", "\xff", '{"url": 3}', '{"url": "https://grades.example.org"}'])
def test_a_file_that_is_spoilt_means_signing_in_again(text: str) -> None:
    place().parent.mkdir(parents=True, exist_ok=True)
    place().write_text(text, "latin-1")
    with pytest.raises(ClientError, match="gradgym login"):
        find()
    keep(Credentials(URL, TOKEN))
    assert find().token == TOKEN


def test_a_place_that_cannot_be_written_gets_a_sentence(tmp_path: Path) -> None:
    place().parent.parent.mkdir(parents=True, exist_ok=True)
    place().parent.write_text("a file where the folder should be")
    with pytest.raises(ClientError, match=r"can't be written .*GRADGYM_TOKEN\.$"):
        keep(Credentials(URL, TOKEN))


def test_a_token_is_in_no_repr() -> None:
    assert TOKEN not in repr(Credentials(URL, TOKEN))


def test_without_the_keyring_package_there_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.undo()
    monkeypatch.setitem(__import__("sys").modules, "keyring", None)
    assert credentials._keyring() is None


def test_a_keyring_without_a_place_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.undo()

    class Fail:
        pass

    fakes: dict[str, Any] = {
        "keyring": SimpleNamespace(get_keyring=Fail),
        "keyring.backends": SimpleNamespace(
            fail=SimpleNamespace(Keyring=Fail), null=SimpleNamespace(Keyring=type("Null", (), {}))
        ),
    }
    for name, module in fakes.items():
        monkeypatch.setitem(__import__("sys").modules, name, module)
    assert credentials._keyring() is None
