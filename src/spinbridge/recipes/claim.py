"""A folder belongs to one run: settings.json in it says which, and a folder of another run, or of nobody's, is refused.

What a killed run left half written is cleared only where a folder is ours. Ours; no source.
"""

from pathlib import Path

from spinbridge.core.errors import InputError, OutputError, SettingsError
from spinbridge.core.files import output_errors, read_json, sweep, write_json
from spinbridge.core.settings import to_plain

MARK = "settings.json"
_NEW = "Choose another folder, or repeat the command that made this one."
_SHOWN = 3
#: what no option sets: its words, and what else can be done about another one
_MACHINE = {
    "spinbridge": ("version of spinbridge", "install that version"),
    "precision": ("precision of training", "go on with a machine that trains in it"),
}


def claim(folder: Path, decisive: dict[str, object]) -> None:
    """Make `folder` the own one of a run with the `decisive` settings, and clear what a killed run left half written.

    Raises `SettingsError` where it was made with others, `OutputError` where it holds what no run of ours made or
    nothing can be written.
    """
    with output_errors(folder):
        if (folder / MARK).exists():
            _refuse_others(folder, read_json(folder / MARK), to_plain(decisive))
        else:
            refuse_foreign(folder)
        sweep(folder)
        write_json(folder / MARK, decisive)


def claim_for(folder: Path, command: str) -> None:
    """Make `folder` the own one of a command whose records beside its outputs tell the rest; see `claim`."""
    refuse_other_run(folder, command)
    with output_errors(folder):
        sweep(folder)
        write_json(folder / MARK, {"command": command})


def release(folder: Path, *, remove: bool) -> None:
    """Take the mark off a folder that holds nothing else, and `remove` it, because the run came to nothing."""
    with output_errors(folder):
        sweep(folder)
        if [path.name for path in folder.iterdir()] == [MARK]:
            (folder / MARK).unlink()
            if remove:
                folder.rmdir()


def refuse_other_run(folder: Path, command: str) -> None:
    """Raise as `claim_for` does, and change nothing."""
    with output_errors(folder):
        if (folder / MARK).exists():
            _refuse_others(folder, read_json(folder / MARK), {"command": command})
        elif not _recorded(folder, command):
            refuse_foreign(folder)


def refuse_foreign(folder: Path, *, but: tuple[str, ...] = ()) -> None:
    """Raise `OutputError` where `folder` holds anything `but` these and what a killed run left half written."""
    with output_errors(folder):
        names = sorted(path.name for path in folder.iterdir()) if folder.exists() else []
    found = [name for name in names if name not in but and not (name.startswith(".") and ".partial." in name)]
    if found:
        more = f" and {len(found) - _SHOWN} more" if len(found) > _SHOWN else ""
        got = f"one that holds {', '.join(found[:_SHOWN])}{more}"
        raise OutputError("an empty folder, or one that this command made", got, remedy=_NEW, where=folder)


def refuse_inside(out: Path, *inputs: Path) -> None:
    """Raise `SettingsError` where `out` is one of the `inputs` or lies in one."""
    for data in inputs:
        if out.resolve().is_relative_to(data.resolve()):
            remedy = "Choose another output folder."
            raise SettingsError("an output outside of the data", str(out), remedy=remedy, where="OUT")


def _refuse_others(folder: Path, made: object, decisive: dict[str, object]) -> None:
    if not isinstance(made, dict):
        raise OutputError(
            "an empty folder, or one that this command made", f"another {MARK}", remedy=_NEW, where=folder
        )
    other = sorted(key for key in {*made, *decisive} if made.get(key) != decisive.get(key))
    if not other:
        return
    before, now = made.get("inputs"), decisive.get("inputs")
    if other == ["inputs"] and isinstance(before, dict) and isinstance(now, dict):
        changed = ", ".join(sorted(key for key in {*before, *now} if before.get(key) != now.get(key)))
        remedy = "Choose another folder, or put the files back."
        raise SettingsError(
            "the input files that OUT was made from", f"changed ones: {changed}", remedy=remedy, where=folder
        )
    if len(other) == 1 and other[0] in _MACHINE:
        what, way = _MACHINE[other[0]]
        needed = f"the {what} that OUT was made with ({made.get(other[0], 'another one')})"
        remedy = f"Choose another folder, or {way}."
        raise SettingsError(needed, str(decisive.get(other[0])), remedy=remedy, where=folder)
    got = f"others: {', '.join(other)}"
    raise SettingsError("the settings that OUT was made with", got, remedy=_NEW, where=folder)


def _recorded(folder: Path, command: str) -> bool:
    """Whether a record of an output of the command lies in the folder, as runs before this mark left them."""
    for path in (path for place in ("*.json", "provenance/*.json") for path in folder.glob(place)):
        try:
            plain = read_json(path)
        except InputError:
            continue
        steps = plain.get("steps") or [plain.get("record")] if isinstance(plain, dict) else []
        if isinstance(steps, list) and steps and isinstance(steps[-1], dict) and steps[-1].get("what") == command:
            return True
    return False
