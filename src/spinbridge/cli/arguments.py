"""Settings from the command line: a frozen dataclass becomes options, its fields' comments become their help.

A field without a default is positional, in order and in capitals (`SOURCE OUT`); every other field is an option; a
tuple is an option that may be repeated. The help of a field is its `#:` comment or the string below it.
"""

import ast
import contextlib
import dataclasses
import inspect
import io
import re
import textwrap
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from operator import getitem
from types import MappingProxyType, NoneType
from typing import Annotated, Any, Generic, TypeVar, get_args, get_type_hints

import tyro

from spinbridge.core.errors import SettingsError

S = TypeVar("S")
_OWN = (
    ("json", "Print the answer as JSON on standard output."),
    ("debug", "Show the traceback of an error."),
)


_USUAL = {"seed": "of everything that is drawn", "workers": "processes; 0 for one per processor"}


@dataclass(frozen=True, kw_only=True)
class Request(Generic[S]):
    """What was asked: the settings of a recipe, and how to show its answer."""

    settings: S
    json: bool


def parse(
    settings: type[S],
    arguments: Sequence[str],
    *,
    command: str,
    example: str,
    renamed: Mapping[str, str] = MappingProxyType({}),
) -> Request[S]:
    """Read the settings of a command; `renamed` gives a field another name as an option.

    Raises `SettingsError` for arguments that the command does not take.
    """
    docstring = inspect.cleandoc(settings.__doc__ or "")
    description = f"{docstring}\n\nExample:\n" + textwrap.indent(inspect.cleandoc(example), "  ")
    trouble = io.StringIO()
    try:
        with contextlib.redirect_stderr(trouble):
            found = tyro.cli(
                _options(settings, renamed),
                args=_joined(arguments),
                prog=f"spinbridge {command}",
                description=description,
                config=(tyro.conf.FlagCreatePairsOff, tyro.conf.UseAppendAction),
            )
    except SystemExit as end:
        if end.code in (0, None):
            raise
        needed = f"arguments as `spinbridge {command} --help` lists them"
        raise SettingsError(needed, _one_line(trouble.getvalue())) from None
    names = [field.name for field in dataclasses.fields(settings)]  # type: ignore[arg-type]
    return Request(settings=settings(**{name: getattr(found, name) for name in names}), json=found.json)


def _options(settings: type[Any], renamed: Mapping[str, str]) -> type[Any]:
    """The settings class with a name, a placeholder and a help for each field, and the options of every command."""
    hints, helps = get_type_hints(settings, include_extras=True), _helps(settings)
    required: list[Any] = []
    optional: list[Any] = []
    for field in dataclasses.fields(settings):
        hint, text = hints[field.name], helps.get(field.name, "")
        if field.default is dataclasses.MISSING and field.default_factory is dataclasses.MISSING:
            mark = tyro.conf.arg(metavar=field.name.upper(), help=text)
            required.append((field.name, _marked(hint, mark, tyro.conf.Positional)))
        else:
            option = renamed.get(field.name, field.name.replace("_", "-"))
            silent = "" if field.default in ("", None, False) else None
            mark = tyro.conf.arg(name=option, help=text, metavar=_placeholder(hint), help_behavior_hint=silent)
            optional.append((field.name, _marked(hint, mark), _default(field)))
    own = [(name, _marked(bool, tyro.conf.arg(help=text, help_behavior_hint="")), False) for name, text in _OWN]
    return dataclasses.make_dataclass("Options", [*required, *optional, *own], frozen=True, kw_only=True)


def _marked(hint: object, *marks: object) -> object:
    """`Annotated[hint, *marks]`, made at run time."""
    return getitem(Annotated, (hint, *marks))


def _placeholder(hint: Any) -> str | None:  # noqa: ANN401 - a type of any kind
    """`TEXT` for a string and `FLOAT` for a number that may be left out; what tyro makes of it for the rest."""
    if hint is str:
        return "TEXT"
    kinds = get_args(hint)
    single = next(iter(set(kinds) - {NoneType}), None) if NoneType in kinds else None
    return _placeholder(single) or getattr(single, "__name__", "value").upper() if single else None


def _default(field: dataclasses.Field[Any]) -> object:
    if field.default_factory is dataclasses.MISSING:
        return field.default
    return dataclasses.field(default_factory=field.default_factory)


def _helps(settings: type[Any]) -> dict[str, str]:
    """The help of each field: its `#:` comment, or the string below it."""
    found: dict[str, str] = {}
    for parent in reversed([cls for cls in settings.__mro__ if dataclasses.is_dataclass(cls)]):
        source = textwrap.dedent(inspect.getsource(parent))
        lines, body = source.splitlines(), ast.parse(source).body[0].body  # type: ignore[attr-defined]
        for statement, following in zip(body, [*body[1:], None], strict=True):
            if not isinstance(statement, ast.AnnAssign) or not isinstance(statement.target, ast.Name):
                continue
            comment = lines[(statement.end_lineno or 1) - 1].partition("#:")[2].strip()
            below = following.value if isinstance(following, ast.Expr) else None
            text = below.value if isinstance(below, ast.Constant) else comment
            found[statement.target.id] = " ".join(str(text).split()) or _USUAL.get(statement.target.id, "")
    return found


def _joined(arguments: Sequence[str]) -> list[str]:
    """Arguments with a negative quantity tied to its option: `--df -220Hz` becomes `--df=-220Hz`."""
    joined: list[str] = []
    for argument in arguments:
        negative = re.match(r"-\.?\d", argument)
        if negative and joined and joined[-1].startswith("--") and "=" not in joined[-1]:
            joined[-1] = f"{joined[-1]}={argument}"
        else:
            joined.append(argument)
    return joined


def _one_line(text: str) -> str:
    """The message of a usage error without its frame, its title and its pointer to the help."""
    lines = [line.strip("│ ") for line in text.splitlines() if line and line[0] not in "╭╰"]
    message = " ".join(
        line for line in lines if line and not line.startswith(("─", "---", "For full helptext", "spinbridge"))
    )
    return message.rstrip(". ") or "something else"
