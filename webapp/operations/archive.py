"""A backup as a file: a zip with the database as one file, the secret, and a list of both with their checksums.

Its manifest is JSON: format, gradgym (the version that wrote it), made_at, kind ("sqlite" or "postgresql"), revision
(of the tables), submissions, people, files (name -> SHA-256).
"""

from __future__ import annotations

import hashlib
import json
import os
import zipfile
import zlib
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Final

FORMAT: Final = 1
DATABASE, SECRET, MANIFEST = "database", "secret", "manifest.json"
_MOST_MANIFEST = 1 << 16


class BackupError(Exception):
    """A backup that can't be written, read or put back. The message ends with the next step."""


@dataclass(frozen=True, kw_only=True)
class Manifest:
    """What a backup says of itself."""

    gradgym: str
    made_at: str
    kind: str
    revision: str
    submissions: int
    people: int
    files: dict[str, str] = field(default_factory=dict)
    format: int = FORMAT


def write_archive(path: Path, manifest: Manifest, files: dict[str, Path]) -> None:
    """Write all of it, or nothing: what was at `path` stays until the new file is whole and on disk."""
    sums = {name: _digest(file) for name, file in files.items()}
    listed = {**asdict(manifest), "files": sums}
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        with open(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as out:
            with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
                archive.writestr(MANIFEST, json.dumps(listed, indent=1))
                for name, file in files.items():
                    archive.write(file, name)
            out.flush()
            os.fsync(out.fileno())
        read_archive(draft, None)
        os.replace(draft, path)
    except OSError as error:
        raise BackupError(f"{path} can't be written ({error.strerror}): choose another place.") from error
    finally:
        draft.unlink(missing_ok=True)


def read_archive(path: Path, into: Path | None) -> Manifest:
    """What a backup says of itself, after each of its files was compared with its checksum and, where `into` names a
    folder, put there. Raises BackupError.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            if archive.getinfo(MANIFEST).file_size > _MOST_MANIFEST:
                raise BackupError(f"{path} is no backup of gradgym's: name one that `gradgym backup` wrote.")
            listed = json.loads(archive.read(MANIFEST))
            if listed["format"] != FORMAT:
                raise BackupError(f"{path} was written by a later gradgym ({listed['gradgym']}): update gradgym.")
            manifest = Manifest(**listed)
            for name, digest in manifest.files.items():
                if name not in (DATABASE, SECRET) or _copy(archive, name, into) != digest:
                    raise BackupError(f"{path} is damaged ({name} is not what was written): use another backup.")
    except FileNotFoundError as error:
        raise BackupError(f"There is no file {path}: name one that `gradgym backup` wrote.") from error
    except OSError as error:
        raise BackupError(f"{path} can't be read ({error.strerror}): see to that, then try again.") from error
    except (zipfile.BadZipFile, zlib.error, KeyError, TypeError, ValueError, EOFError, RuntimeError) as error:
        raise BackupError(f"{path} is no whole backup of gradgym's: name one that `gradgym backup` wrote.") from error
    return manifest


def _copy(archive: zipfile.ZipFile, name: str, into: Path | None) -> str:
    """The checksum of a file in the archive, which is copied on the way."""
    digest = hashlib.sha256()
    path = into / name if into else Path(os.devnull)
    flags = os.O_WRONLY | (os.O_CREAT | os.O_EXCL if into else 0)
    with archive.open(name) as file, open(os.open(path, flags, 0o600), "wb") as out:
        while piece := file.read(1 << 20):
            digest.update(piece)
            out.write(piece)
    return digest.hexdigest()


def _digest(path: Path) -> str:
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
