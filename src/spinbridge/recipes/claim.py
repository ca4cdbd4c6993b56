"""A folder belongs to one run: its settings lie in it, and a run with others is refused. Ours."""

from pathlib import Path

from spinbridge.core.errors import SettingsError
from spinbridge.core.files import output_errors, read_json, sweep
from spinbridge.core.settings import digest


def refuse_other_run(folder: Path, decisive: dict[str, object]) -> None:
    """Clear what a killed run left half written in `folder`.

    Raises `SettingsError` where its settings.json holds others than the `decisive` ones, `OutputError` where nothing
    can be written.
    """
    path = folder / "settings.json"
    with output_errors(folder):
        if path.exists() and digest(read_json(path)) != digest(decisive):
            remedy = "Choose another folder, or repeat the command that made this one."
            raise SettingsError("the settings that OUT was made with", "others", remedy=remedy, where=folder)
        sweep(folder)
