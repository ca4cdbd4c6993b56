"""Outputs that are whole or absent: written beside their place and renamed into it.

A run killed at any moment leaves no half file under a final name; errors of the system become errors a user can mend.
"""

import errno
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from spinbridge.core.errors import InputError, OutputError
from spinbridge.core.settings import finite, to_plain

_REMEDIES = {
    errno.ENOSPC: "Free some space and run the same command again; what is finished is kept.",
    errno.EDQUOT: "Raise the quota or free some space and run the same command again; what is finished is kept.",
    errno.EROFS: "Choose an output folder on a file system that can be written to.",
    errno.EACCES: "Choose an output folder that you may write to.",
    errno.EPERM: "Choose an output folder that you may write to.",
    errno.EEXIST: "A part of this path is a file; choose another output folder.",
    errno.ENOTDIR: "A part of this path is a file; choose another output folder.",
}


@contextmanager
def writing(path: Path) -> Iterator[Path]:
    """Give a temporary path beside `path`; rename it into place when the block ends without an error."""
    temporary = path.with_name(f".{path.name.split('.', 1)[0]}.{os.getpid()}.partial.{path.name.partition('.')[2]}")
    with output_errors(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            yield temporary
            temporary.replace(path)
        finally:
            temporary.unlink(missing_ok=True)


def sweep(folder: Path) -> None:
    """Remove the half-written files that a killed run left anywhere in `folder`."""
    with output_errors(folder):
        for path in folder.rglob(".*.partial.*"):
            path.unlink(missing_ok=True)


@contextmanager
def output_errors(path: Path) -> Iterator[None]:
    """Turn the system's refusal to write into an `OutputError`."""
    try:
        yield
    except OutputError:
        raise
    except OSError as error:
        if error.errno not in _REMEDIES:
            raise
        raise OutputError(
            "a place to write to", str(error.strerror), remedy=_REMEDIES[error.errno], where=path
        ) from error


def write_text(path: Path, text: str) -> None:
    """Write a text file, whole or not at all."""
    with writing(path) as temporary:
        temporary.write_text(text, encoding="utf-8", newline="\n")


def write_json(path: Path, value: object) -> None:
    """Write plain data or settings as JSON, keys in order, whole or not at all; what is no number becomes null."""
    write_text(path, json.dumps(finite(to_plain(value)), indent=1, sort_keys=True, allow_nan=False) + "\n")


def read_json(path: Path) -> Any:  # noqa: ANN401 - plain data of any kind
    """Read a JSON file. Raises `InputError` where it is none."""
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise InputError("a JSON file", "no file", where=path) from error
    except (json.JSONDecodeError, UnicodeDecodeError) as error:
        raise InputError("valid JSON", str(error), remedy="Mend or remove the file.", where=path) from error
