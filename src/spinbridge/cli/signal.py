"""`spinbridge signal`: one voxel, one number, or a table along a parameter."""

from collections.abc import Sequence

from spinbridge.cli import console
from spinbridge.cli.arguments import parse
from spinbridge.core.units import format_quantity
from spinbridge.recipes.signal import SignalAnswer, SignalSettings, signal

EXAMPLE = """
    spinbridge signal --tissue myocardium --sequence "bssfp(fa=50deg,tr=3.2ms,te=1.6ms)"
    spinbridge signal --t1 1000ms --t2 50ms --pd 1 --df 0Hz --sequence "molli(scheme=5(3)3,hr=60bpm)" --json
    spinbridge signal --tissue scar_post_gd --sequence lge --sweep ti=100ms:400ms:20ms
"""


def run(arguments: Sequence[str]) -> int:
    """Show the signal; as JSON a number, a list for a train, or a list of steps for a sweep."""
    request = parse(SignalSettings, arguments, command="signal", example=EXAMPLE)
    answer = signal(request.settings)
    if request.json:
        console.show_json([_plain(step) for step in answer.sweep] if answer.sweep else _signal(answer))
    elif answer.sweep:
        _show_sweep(answer.sweep, request.settings.sweep.partition("=")[0].strip())
    elif len(answer.values) == 1:
        console.show(f"{answer.values[0]:.6g}")
        if answer.null is not None:
            console.show(f"nulled at ti={_milliseconds(answer.null)}")
    else:
        rows = zip(answer.images, (f"{value:.6g}" for value in answer.values), strict=True)
        console.show_table(("image", "signal"), rows)
    return 0


def _signal(answer: SignalAnswer) -> float | tuple[float, ...]:
    return answer.values[0] if len(answer.values) == 1 else answer.values


def _plain(step: SignalAnswer) -> dict[str, object]:
    """One step as JSON; the null in seconds, for late enhancement only."""
    plain: dict[str, object] = {"at": step.at, "signal": _signal(step)}
    return plain if step.null is None else {**plain, "null": step.null}


def _show_sweep(steps: Sequence[SignalAnswer], key: str) -> None:
    """A row each step; images whose names change along the sweep are numbered."""
    first = steps[0]
    same = len({step.images for step in steps}) == 1
    images = first.images if same else [f"image {place + 1}" for place in range(len(first.images))]
    nulled = any(step.null is not None for step in steps)
    rows = [(step.at, *(f"{value:.6g}" for value in step.values), *_null(step, nulled=nulled)) for step in steps]
    console.show_table((key, *images, *(("nulled at ti",) if nulled else ())), rows)


def _null(step: SignalAnswer, *, nulled: bool) -> tuple[str, ...]:
    return (("-" if step.null is None else _milliseconds(step.null)),) if nulled else ()


def _milliseconds(time: float) -> str:
    return format_quantity(time, "ms", digits=4)
