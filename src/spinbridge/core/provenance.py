"""Where an output came from: a list of steps beside every file that the package makes.

A record holds no time, no host and no user, so that the same command gives the same bytes.
"""

import hashlib
from pathlib import Path
from typing import Any

from spinbridge.core.files import read_json, write_json
from spinbridge.core.settings import digest, to_plain
from spinbridge.version import VERSION


def step(
    what: str, *, settings: object = None, seed: int | None = None, inputs: dict[str, str] | None = None
) -> dict[str, Any]:
    """One record: what was done, with which settings and seed, to which inputs (name -> SHA-256)."""
    plain = to_plain(settings)
    record = {"what": what, "settings": plain, "settings_sha256": digest(plain), "seed": seed, "inputs": inputs or {}}
    return {**record, "spinbridge": VERSION}


def file_digest(path: Path) -> str:
    """The SHA-256 of a file's bytes."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def sidecar(path: Path) -> Path:
    """The JSON beside an output: `x.nii.gz` -> `x.json`."""
    return path.with_name(path.name.removesuffix(".gz").rsplit(".", 1)[0] + ".json")


def write_record(path: Path, steps: tuple[dict[str, Any], ...], *, synthetic: bool, **facts: object) -> None:
    """Write the record of the output at `path` beside it."""
    write_json(sidecar(path), {"synthetic": synthetic, "steps": list(steps), **facts})


def read_record(path: Path) -> dict[str, Any]:
    """The record of the output at `path`, empty where there is none."""
    place = sidecar(path)
    record: dict[str, Any] = read_json(place) if place.exists() else {}
    return record
