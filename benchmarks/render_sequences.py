"""Time every closed form on one core, beside the same arithmetic in NumPy and beside a copy of its maps.

    python benchmarks/render_sequences.py

One call on a 192x192 slice in float32: every voxel has its own PD, T1, T2 and T2*. NumPy: the operations of that call,
recorded below the level of torch's functions, done one after the other on the same arrays by the NumPy function of
each; what has none raises. Both give the same numbers, in double precision to 1e-11, or this ends with an error. By
copying: what the bandwidth of the memory, measured by a copy, allows to read four maps and to write the images. The
promise is 20 million voxels a second; the process ends with status 1 where it is not kept.

Reference: docs/benchmarks.md quotes this table.
"""

import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import torch
from torch import Tensor
from torch.utils._python_dispatch import TorchDispatchMode

from spinbridge.core.device import keep_large_buffers
from spinbridge.core.protocols import SignalModel
from spinbridge.core.random import generator
from spinbridge.core.tissue import Tissue
from spinbridge.physics.sequences.registry import WORDS

PROMISE = 20e6  # voxels a second
SIZE, REPEATS, FAR = 192, 60, 1 << 27  # voxels a side; calls; bytes of an array that no cache holds
_CLOSE = {torch.float32: 1e-4, torch.float64: 1e-11}  # by which the two may differ: exponentials of two libraries

Slot = int


@dataclass(frozen=True)
class _At:
    """A value of the record, by its place."""

    slot: Slot


@dataclass
class Record(TorchDispatchMode):
    """The operations of one call, and the constants that they begin with."""

    inputs: dict[int, Slot] = field(default_factory=dict)
    constants: dict[Slot, Any] = field(default_factory=dict)
    steps: list[tuple[Callable[..., Any], tuple[Any, ...], dict[str, Any], list[Slot]]] = field(default_factory=list)
    kept: list[Tensor] = field(default_factory=list)  # so that no identity is used twice

    def __post_init__(self) -> None:
        super().__init__()

    def __torch_dispatch__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:  # noqa: ANN401
        """Do it, and write down how NumPy does it."""
        result = func(*args, **(kwargs or {}))
        name = func.overloadpacket.__name__
        if name not in IN_NUMPY:
            raise NotImplementedError(f"no NumPy function for {func}")
        placed = tuple(self._placed(value) for value in args)
        given = [self.slot_of(each) for each in (result if isinstance(result, list | tuple) else [result])]
        self.steps.append((IN_NUMPY[name], placed, self._plain(kwargs or {}), given))
        return result

    def _placed(self, value: Any) -> Any:  # noqa: ANN401
        if isinstance(value, list | tuple):
            return type(value)(self._placed(each) for each in value)
        if not isinstance(value, Tensor):
            return value
        if id(value) not in self.inputs:
            if value.numel() > 1:
                raise LookupError(f"a map of shape {tuple(value.shape)} that no recorded operation made")
            self.constants[self.slot_of(value)] = value.numpy().copy()
        return _At(self.inputs[id(value)])

    def slot_of(self, value: Tensor) -> Slot:
        """The place of a tensor in the record, the next one where it is new."""
        self.kept.append(value)
        return self.inputs.setdefault(id(value), len(self.inputs))

    @staticmethod
    def _plain(options: dict[str, Any]) -> dict[str, Any]:
        return {name: value for name, value in options.items() if name in ("value", "min", "max", "alpha")}


def _lerp(start: Any, end: Any, weight: Any) -> Any:  # noqa: ANN401
    return start + weight * (end - start)


def _clamp(x: Any, min: Any = None, max: Any = None) -> Any:  # noqa: A002, ANN401
    return np.clip(x, min, max)


def _expand(x: Any, shape: Any, **_: Any) -> Any:  # noqa: ANN401
    given = (1,) * (len(shape) - np.ndim(x)) + np.shape(x)
    return np.broadcast_to(x, [old if new == -1 else new for old, new in zip(given, shape, strict=True)])


def _ones(x: Any, shape: Any = None, **_: Any) -> Any:  # noqa: ANN401
    return np.ones(np.shape(x) if shape is None else shape, dtype=x.dtype)


IN_NUMPY: dict[str, Callable[..., Any]] = {
    "add": lambda x, y, alpha=1: x + (y if alpha == 1 else alpha * y),
    "sub": lambda x, y, alpha=1: x - (y if alpha == 1 else alpha * y),
    "rsub": lambda x, y, alpha=1: y - (x if alpha == 1 else alpha * x),
    "mul": np.multiply,
    "div": np.divide,
    "neg": np.negative,
    "pow": np.power,
    "exp": np.exp,
    "expm1": np.expm1,
    "log": np.log,
    "log1p": np.log1p,
    "sin": np.sin,
    "cos": np.cos,
    "reciprocal": lambda x: 1 / x,
    "rsqrt": lambda x: 1 / np.sqrt(x),
    "addcmul": lambda x, y, z, value=1: x + (y * z if value == 1 else value * y * z),
    "lerp": _lerp,
    "clamp": _clamp,
    "complex": lambda re, im: re + np.complex64(1j) * im,
    "stack": np.stack,
    "expand": _expand,
    "unsqueeze": np.expand_dims,
    "unbind": lambda x, axis=0: list(np.moveaxis(x, axis, 0)),
    "ones_like": _ones,
    "new_ones": _ones,
    "detach": lambda x: x,
    "lift_fresh": lambda x: x,
}


def replay(record: Record, arrays: list[Any]) -> Callable[[], Any]:
    """A function that does the recorded operations in NumPy; a value is let go after its last use."""
    last: dict[Slot, int] = {}
    for number, (_, args, _, _) in enumerate(record.steps):
        for slot in _slots(args):
            last[slot] = number
    begun = {**record.constants, **dict(enumerate(arrays))}

    def again() -> Any:  # noqa: ANN401
        values = dict(begun)
        out = None
        for number, (function, args, options, slots) in enumerate(record.steps):
            out = function(*(_found(arg, values) for arg in args), **options)
            values.update(zip(slots, out if isinstance(out, list) else [out], strict=True))
            for used in _slots(args):
                if last[used] == number and used in values:
                    del values[used]
        return out

    return again


def _slots(args: Any) -> list[Slot]:  # noqa: ANN401
    if isinstance(args, list | tuple):
        return [slot for each in args for slot in _slots(each)]
    return [args.slot] if isinstance(args, _At) else []


def _found(arg: Any, values: dict[Slot, Any]) -> Any:  # noqa: ANN401
    if isinstance(arg, list | tuple):
        return [_found(each, values) for each in arg]
    return values[arg.slot] if isinstance(arg, _At) else arg


def tissue_of(size: int) -> Tissue:
    """Tissue of different values in every voxel."""
    noise = torch.rand((4, size, size), generator=generator(0, "render_sequences"))
    return Tissue(
        pd=0.5 + noise[0],
        t1=0.3 + 1.5 * noise[1],
        t2=0.04 + 0.2 * noise[2],
        t2star=0.02 + 0.02 * noise[3],
        off_resonance=None,
    )


def in_numpy(model: SignalModel, tissue: Tissue) -> Callable[[], Any]:
    """The call `model(tissue)` in NumPy. Raises `ArithmeticError` where it gives other numbers."""
    maps = [tissue.pd, tissue.t1, tissue.t2, tissue.t2star]
    record = Record()
    for each in maps:
        record.slot_of(each)
    with record:
        expected = model(tissue)
    again = replay(record, [each.numpy() for each in maps])
    found = again()
    gap = np.abs(found - expected.numpy()).max()
    if found.dtype != expected.numpy().dtype or not gap < _CLOSE[tissue.t1.dtype]:
        raise ArithmeticError(f"{model.images}: NumPy gives {found.dtype} and differs by {gap:.1e}")
    return again


def best(call: Callable[[], Any]) -> float:
    """The shortest of some calls [s]."""
    times = []
    for _ in range(REPEATS):
        start = time.perf_counter()
        call()
        times.append(time.perf_counter() - start)
    return min(times)


def copied(length: int) -> float:
    """Bytes read and written in a second by a copy of `length` bytes."""
    source = np.ones(length // 4, dtype=np.float32)
    target = np.empty_like(source)
    repeats = 1 if length == FAR else 100

    def call() -> None:
        for _ in range(repeats):
            np.copyto(target, source)

    return 2 * length * repeats / best(call)


def row(name: str, model: SignalModel, tissue: Tissue, bandwidth: float) -> tuple[str, float]:
    """The table's line of one sequence, and its image voxels a second; `bandwidth` [bytes/s]."""
    in_numpy(model, tissue.map(Tensor.double))
    again = in_numpy(model, tissue)
    signal = model(tissue)
    made, ours, theirs = signal.numel(), best(lambda: model(tissue)), best(again)
    moved = 4 * tissue.t1.element_size() * tissue.t1.numel() + signal.element_size() * made
    speeds = [tissue.t1.numel() / ours, made / ours, made / theirs, made * bandwidth / moved]
    written = " | ".join(f"{speed / 1e6:.0f}" for speed in speeds)
    return f"| `{name}` | {len(signal)} | {1e3 * ours:.2f} ms | {written} |", made / ours


def main() -> None:
    """Print the table."""
    torch.set_num_threads(1)
    keep_large_buffers()
    near, far = copied(4 * SIZE**2), copied(FAR)
    print(f"A copy reads and writes {near / 1e9:.0f} GB/s within the cache, {far / 1e9:.0f} GB/s beyond it.")
    print("Millions a second: voxels with all their images; image voxels; the same in NumPy; the same by copying.\n")
    print(
        "| sequence | images | slice | voxels | image voxels | in NumPy | by copying |\n|---|---|---|---|---|---|---|"
    )
    speeds = []
    with torch.inference_mode():
        for word in WORDS.values():
            line, speed = row(word.name, word.make({}), tissue_of(SIZE), far)
            print(line)
            speeds.append(speed)
    print(f"\nThe slowest makes {min(speeds) / 1e6:.0f} million image voxels a second (promise {PROMISE / 1e6:.0f}).")
    sys.exit(min(speeds) < PROMISE)


if __name__ == "__main__":
    main()
