"""Settings as frozen dataclasses: to plain data and back, hashed, with unknown keys refused."""

import dataclasses
import hashlib
import json
import math
from enum import Enum
from pathlib import Path
from typing import Any, TypeVar, get_type_hints

from spinbridge.core.errors import SettingsError

T = TypeVar("T")


def to_plain(value: object) -> Any:  # noqa: ANN401 - plain data of any kind
    """A value as JSON would hold it: dataclasses to dicts, tuples to lists, paths and enums to strings."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {f.name: to_plain(getattr(value, f.name)) for f in dataclasses.fields(value)}
    if isinstance(value, dict):
        return {str(key): to_plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        items = sorted(value, key=str) if isinstance(value, set | frozenset) else value
        return [to_plain(item) for item in items]
    if isinstance(value, Enum):
        return value.name
    return str(value) if isinstance(value, Path) else value


def finite(value: Any) -> Any:  # noqa: ANN401 - plain data of any kind
    """Plain data with None in place of NaN and infinity, which JSON does not have."""
    if isinstance(value, dict):
        return {key: finite(item) for key, item in value.items()}
    if isinstance(value, list):
        return [finite(item) for item in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value


def digest(value: object) -> str:
    """The SHA-256 of settings or of any plain data, as hexadecimal digits."""
    return hashlib.sha256(json.dumps(to_plain(value), sort_keys=True).encode()).hexdigest()


def from_plain(cls: type[T], values: dict[str, Any], *, where: object = None) -> T:
    """Settings of a class from plain data. Raises `SettingsError` for a key the class does not have."""
    known = {f.name for f in dataclasses.fields(cls)}  # type: ignore[arg-type]
    unknown = sorted(set(values) - known)
    if unknown:
        needed = f"settings among {', '.join(sorted(known))}"
        raise SettingsError(needed, ", ".join(unknown), remedy="Remove or rename them.", where=where)
    hints = get_type_hints(cls)
    return cls(**{key: _fit(hints[key], value, where) for key, value in values.items()})


def _fit(hint: Any, value: Any, where: object) -> Any:  # noqa: ANN401 - plain data of any kind
    if dataclasses.is_dataclass(hint) and isinstance(value, dict):
        return from_plain(hint, value, where=where)  # type: ignore[arg-type]
    return tuple(value) if isinstance(value, list) else value
