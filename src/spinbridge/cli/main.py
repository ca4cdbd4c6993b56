"""`spinbridge COMMAND ...`: find the command, run it, turn its errors into one line and an exit code.

Exit codes: 0 all done; 1 some cases failed or the input cannot be used; 2 wrong usage; 130 stopped from the keyboard.
Nothing heavy is imported before the command is known.
"""

import sys
import warnings
from collections.abc import Sequence
from importlib import import_module
from types import TracebackType

from spinbridge.cli import console
from spinbridge.core.close_match import did_you_mean
from spinbridge.core.errors import SequenceError, SettingsError, SpinbridgeError, UnitError
from spinbridge.version import VERSION

COMMANDS = {
    "demo": "the whole story on built-in phantoms, with a report at the end",
    "check": "what a folder is, and what is wrong with it",
    "convert": "any supported layout to nnU-Net raw or ACDC",
    "signal": "the signal of one voxel under a sequence",
    "sequences": "the sequences there are, their parameters, and the tissues to try them on",
    "protocols": "what vendors and public data sets play, as ranges with their sources",
    "phantom": "beating digital hearts, or brains, with exact truth",
    "reverse": "images to PD, T1 and T2 maps with their uncertainty",
    "fit": "mapping images to T1 and T2 maps by parametric fits",
    "render": "maps to images of another sequence",
    "bridge": "the main job: augment, train, test, report",
    "translate": "target images to the source sequence, for a segmenter that is already trained",
    "evaluate": "scores of predictions, with intervals and tests",
}
_DONE, _FAILED, _USAGE, _STOPPED = 0, 1, 2, 130


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code."""
    words = list(sys.argv[1:] if arguments is None else arguments)
    debug = "--debug" in words
    if arguments is None and not debug:
        sys.excepthook = _unforeseen
        warnings.simplefilter("ignore")
    try:
        return _dispatch(words)
    except KeyboardInterrupt:
        console.complain("Stopped. The same command continues where this one ended.")
        return _STOPPED
    except SpinbridgeError as error:
        if debug:
            raise
        console.complain(f"spinbridge: {error}")
        return _USAGE if isinstance(error, SettingsError | UnitError | SequenceError) else _FAILED


def _dispatch(words: list[str]) -> int:
    command = next((word for word in words if not word.startswith("-")), None)
    if command is None or words[0] in ("-h", "--help"):
        if words and words[0] not in ("-h", "--help", "--version"):
            raise SettingsError("a command", " ".join(words), remedy="`spinbridge --help` lists them.")
        console.show(VERSION if words[:1] == ["--version"] else overview())
        return _DONE if words else _USAGE
    if command not in COMMANDS:
        remedy = did_you_mean(command, COMMANDS, otherwise="`spinbridge --help` explains them.")
        raise SettingsError(f"a command among {', '.join(COMMANDS)}", f"'{command}'", remedy=remedy)
    rest = [word for position, word in enumerate(words) if position != words.index(command)]
    return int(import_module(f"spinbridge.cli.{command}").run(rest))


def overview() -> str:
    """What `spinbridge --help` shows."""
    commands = "\n".join(f"  {name:<10} {what}" for name, what in COMMANDS.items())
    return f"""spinbridge {VERSION}: labelled MR data in, data and models for unseen scanners out, with proof.

usage: spinbridge COMMAND ... [--json] [--debug]

{commands}

`spinbridge COMMAND --help` explains a command and gives an example. Quantities carry units: 50deg, 3.2ms, 1.5T, 60bpm.
Exit codes: 0 all done, 1 some cases failed (each is named, the others are done), 2 wrong usage.

Start here:
  spinbridge demo demo
  spinbridge signal --tissue myocardium --sequence "bssfp(fa=50deg,tr=3.2ms,te=1.6ms)"
  spinbridge bridge SOURCE OUT --to molli,gre --test TARGET"""


def _unforeseen(kind: type[BaseException], error: BaseException, _where: TracebackType | None) -> None:
    """One line for an error that nobody foresaw; the interpreter then exits with 1."""
    advice = (
        ""
        if isinstance(error, OSError)
        else " Please report it; the same command with --debug shows where it happened."
    )
    console.complain(f"spinbridge: {kind.__name__}: {error}.{advice}")


if __name__ == "__main__":
    sys.exit(main())
