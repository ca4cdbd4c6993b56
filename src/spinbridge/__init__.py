"""spinbridge: labelled MR data from one scanner and sequence in, data and models for unseen ones out, with proof.

Importing the package loads nothing heavy; each command is a function, and its settings a class beside it (`bridge` and
`BridgeSettings`), that are fetched when they are first named.
"""

from importlib import import_module
from typing import Any

from spinbridge import version

__version__ = version.VERSION

_COMMANDS = {
    "signal": "spinbridge.recipes.signal",
    "sequences": "spinbridge.recipes.sequences",
    "protocols": "spinbridge.recipes.protocols",
    "check": "spinbridge.recipes.check",
    "convert": "spinbridge.recipes.convert",
    "phantom": "spinbridge.recipes.phantom",
    "reverse": "spinbridge.recipes.reverse",
    "fit": "spinbridge.recipes.fit",
    "render": "spinbridge.recipes.render",
    "translate": "spinbridge.recipes.translate",
    "bridge": "spinbridge.recipes.bridge",
    "evaluate": "spinbridge.recipes.evaluate",
    "demo": "spinbridge.recipes.demo",
}

_SETTINGS = {f"{command.title()}Settings": command for command in _COMMANDS}

__all__ = ["__version__", *_COMMANDS, *_SETTINGS]  # noqa: PLE0604 - the keys are strings


def __getattr__(name: str) -> Any:  # noqa: ANN401 - a module attribute
    command = _SETTINGS.get(name, name)
    if command in _COMMANDS:
        return getattr(import_module(_COMMANDS[command]), name)
    raise AttributeError(f"module 'spinbridge' has no attribute '{name}'")


def __dir__() -> list[str]:
    return sorted(__all__)
