"""One family of errors, one message shape: where, what was needed, what came, what to do.

The command line prints `str(error)` and nothing else, so a message must stand alone.
"""


class SpinbridgeError(Exception):
    """The base of every error that a user can cause or mend."""

    def __init__(self, needed: str, got: str, *, remedy: str = "", where: object = None) -> None:
        """Say `where` (a path or a setting), what was `needed`, what was `got`, and the `remedy`."""
        self.needed, self.got, self.remedy, self.where = needed, got, remedy, where
        place = "" if where is None else f"{where}: "
        super().__init__(f"{place}needed {needed}, got {got}.{f' {remedy}' if remedy else ''}")


class InputError(SpinbridgeError, ValueError):
    """A file or folder that cannot be used as it is."""


class GeometryError(InputError):
    """Image, label or header whose geometry does not hold."""


class LabelError(InputError):
    """A label value, name or arrangement that cannot be right."""


class UnitError(SpinbridgeError, ValueError):
    """A quantity without its unit, or with one of another kind."""


class SequenceError(SpinbridgeError, ValueError):
    """A sequence that cannot be read or cannot be played."""


class SettingsError(SpinbridgeError, ValueError):
    """A setting that does not exist or has a value that cannot be."""


class OutputError(SpinbridgeError, OSError):
    """Something that could not be written."""
