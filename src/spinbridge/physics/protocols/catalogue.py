"""Reads the named protocols: one TOML file a vendor or data set, each with the protocols that it names.

    [NAME]                        title; for a vendor also vendor and based_on, those to start from
    [NAME.imaging]                geometry and acquisition, of cine and of what says nothing else
    [NAME.kinds.KIND]             what a kind of imaging does otherwise, such as mapping
    [NAME.sequences.WORD]         keys of the sequence language, and the kind of its imaging; KEY_post takes the place
                                  of KEY after contrast agent
    [NAME.sequences.WORD.imaging] what a sequence images otherwise
    [NAME.scanners]               of a data set: the vendors' protocols that it was acquired with, and their shares
    words = [...]                 of a data set: its sequences

Every entry is `[text, source]`, as `entry.py` reads it. `based_on` merges entry by entry, and the later
one wins. What a data set says lies over everything that its vendors say, their special imaging included. Protocols
whose name begins with `common` are there to build on and are not listed. Ours.
"""

import difflib
import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any

from spinbridge.core.errors import SettingsError
from spinbridge.core.units import Kind, parse_quantity
from spinbridge.physics.protocols.entry import AFTER_AGENT, Entry
from spinbridge.physics.protocols.imaging import ENTRIES
from spinbridge.physics.protocols.protocol import Protocol, Scanner, Share

_HIDDEN = "common"
_NO_KEYS = ("imaging", "kind")
_ALONE = "derived: the only scanner of this protocol"
Table = dict[str, Any]


def load_protocol(name: str) -> Protocol:
    """The protocol of a name such as `ge-3T` or `acdc`, in capitals or not; `SettingsError` for others."""
    names = protocol_names()
    known = {each.lower(): each for each in names}
    if name.lower() not in known:
        close = difflib.get_close_matches(name.lower(), known, n=1)
        remedy = f"Did you mean '{known[close[0]]}'?" if close else "`spinbridge protocols` says what they are."
        raise SettingsError(f"a protocol among {', '.join(names)}", f"'{name}'", remedy=remedy)
    return _loaded(known[name.lower()])


def protocol_names() -> tuple[str, ...]:
    """Every name that `load_protocol` knows: vendors first, then data sets, each in the order of the alphabet."""
    tables = _tables()
    listed = (name for name in tables if not name.startswith(_HIDDEN))
    return tuple(sorted(listed, key=lambda name: ("scanners" in tables[name], name)))


@cache
def _tables() -> dict[str, Table]:
    found: dict[str, Table] = {}
    for path in sorted(files("spinbridge.physics.protocols").iterdir(), key=lambda path: path.name):
        if not path.name.endswith(".toml"):
            continue
        for name, table in tomllib.loads(path.read_text(encoding="utf-8")).items():
            if name in found:
                raise SettingsError("each protocol in one file", f"'{name}' twice", where=path.name)
            found[name] = table
    return found


@cache
def _loaded(name: str) -> Protocol:
    table = _tables()[name]
    if "scanners" not in table:
        alone = Share(scanner=_scanner(name), share=1.0, source=_ALONE)
        return Protocol(name=name, title=table["title"], shares=(alone,))
    shares = []
    for vendor, (text, source) in table["scanners"].items():
        share = parse_quantity(text, Kind.SHARE, where=f"{vendor} of {name}")
        shares.append(Share(scanner=_laid_over(_scanner(vendor), table, name), share=share, source=source))
    return Protocol(name=name, title=table["title"], shares=tuple(shares))


@cache
def _scanner(name: str) -> Scanner:
    table = _merged(name)
    sequences = table.get("sequences", {})
    return Scanner(
        name=name,
        vendor=table["vendor"],
        field_strength=parse_quantity(table["field"], Kind.FIELD, where=f"field of {name}"),
        imaging=_imaging(table.get("imaging", {}), name),
        sequences={word: _bound(_keys(keys, f"{word} of {name}"), name) for word, keys in sequences.items()},
        special={word: _special(table, keys, name) for word, keys in sequences.items()},
    )


def _special(table: Table, keys: Table, name: str) -> dict[str, Entry]:
    """What a sequence images otherwise than cine: its kind, and over it what it says itself."""
    kind = _imaging(table["kinds"][keys["kind"]], name) if "kind" in keys else {}
    return {**kind, **_imaging(keys.get("imaging", {}), name)}


def _merged(name: str) -> Table:
    """A vendor's table over those that it is based on, the later ones over the earlier ones."""
    table = _tables()[name]
    merged: Table = {}
    for lower in table.get("based_on", ()):
        merged = _over(merged, _merged(lower))
    return _over(merged, table)


def _over(lower: Table, upper: Table) -> Table:
    merged = dict(lower)
    for key, value in upper.items():
        both = isinstance(value, dict) and isinstance(lower.get(key), dict)
        merged[key] = _over(lower[key], value) if both else value
    return merged


def _laid_over(scanner: Scanner, table: Table, name: str) -> Scanner:
    """A vendor's scanner as a data set used it."""
    base, sequences = _imaging(table.get("imaging", {}), name), table.get("sequences", {})
    own = {word: sequences.get(word, {}) for word in table["words"]}
    return Scanner(
        name=scanner.name,
        vendor=scanner.vendor,
        field_strength=scanner.field_strength,
        imaging={**scanner.imaging, **base},
        sequences={
            word: _bound({**scanner.sequences.get(word, {}), **_keys(keys, f"{word} of {name}")}, name)
            for word, keys in own.items()
        },
        special={
            word: {**scanner.special.get(word, {}), **base, **_imaging(keys.get("imaging", {}), name)}
            for word, keys in own.items()
        },
    )


def _keys(table: Mapping[str, Any], where: str) -> dict[str, Entry]:
    return {key: _entry(value, f"{key} of {where}") for key, value in table.items() if key not in _NO_KEYS}


def _bound(keys: dict[str, Entry], where: str) -> dict[str, Entry]:
    """The keys of a sequence, those that need another one, to be a share of it or to take its place, with that one."""
    for key, entry in keys.items():
        if key.endswith(AFTER_AGENT) and key.removesuffix(AFTER_AGENT) not in keys:
            raise SettingsError(f"{key.removesuffix(AFTER_AGENT)} beside {key}", f"{key} alone", where=where)
        if entry.of and (entry.of not in keys or keys[entry.of].of):
            raise SettingsError(f"{key} as a share of another key", f"'{entry.text}'", where=where)
    return keys


def _imaging(table: Mapping[str, Any], where: str) -> dict[str, Entry]:
    unknown = sorted(set(table) - set(ENTRIES))
    if unknown:
        raise SettingsError(f"imaging among {', '.join(ENTRIES)}", ", ".join(unknown), where=where)
    return {name: _entry(value, f"{name} of {where}") for name, value in table.items()}


def _entry(value: Any, where: str) -> Entry:  # noqa: ANN401 - what TOML holds
    if not isinstance(value, list) or len(value) != 2 or not all(isinstance(part, str) for part in value):  # noqa: PLR2004
        raise SettingsError("an entry [text, source]", f"{value}", where=where)
    return Entry(*value)
