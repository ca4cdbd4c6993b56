"""Where tensors live, and the settings of the machine that make a CPU fast.

glibc gives large buffers back to the system at every layer of a network, which costs a page fault for every 4 KiB
on the next one; keeping them makes training on a CPU about 1.5 times faster (docs/benchmarks.md).
"""

import ctypes
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import torch

from spinbridge.core.errors import SettingsError

DEVICES = ("auto", "cpu", "cuda", "mps")
PRECISIONS = ("auto", "float32", "bfloat16")
_MMAP_THRESHOLD, _TRIM_THRESHOLD, _TOP_PAD = -3, -1, -2


def resolve_device(name: str) -> torch.device:
    """The device of a name among auto, cpu, cuda, mps; `auto` takes the first accelerator that is there."""
    there = {"cuda": torch.cuda.is_available(), "mps": torch.backends.mps.is_available(), "cpu": True}
    if name == "auto":
        return torch.device(next(device for device, available in there.items() if available))
    if not there.get(name.split(":", maxsplit=1)[0], False):
        usable = ", ".join(device for device, available in there.items() if available)
        raise SettingsError(f"a device among auto, {usable}", f"'{name}'", where="--device")
    return torch.device(name)


def resolve_precision(name: str, device: torch.device) -> str:
    """`float32` or `bfloat16` of a name among auto and these; `auto` takes bfloat16 where the device computes in it.

    Weights stay float32; bfloat16 is for the layers that torch's autocast lets use it. Raises `SettingsError` for
    another name.
    """
    if name not in PRECISIONS:
        raise SettingsError(f"a precision among {', '.join(PRECISIONS)}", f"'{name}'", where="precision")
    if name == "auto":
        return "bfloat16" if _computes_bfloat16(device) else "float32"
    return name


def _computes_bfloat16(device: torch.device) -> bool:
    if device.type == "cuda":
        return bool(torch.cuda.is_bf16_supported(including_emulation=False))
    able: dict[str, object] = getattr(torch.cpu, "get_capabilities", dict)()  # older releases of torch cannot tell
    return device.type == "cpu" and bool(able.get("avx512_bf16") or able.get("amx_bf16"))


@contextmanager
def one_thread() -> Iterator[None]:
    """Let torch compute with one thread within: sums in another order differ in their last bit."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(threads)


def refuse_unknown_device(name: str) -> None:
    """Raise `SettingsError` for a name that is no device of any machine, whether this one has it or not."""
    kind, _, number = name.partition(":")
    if name not in DEVICES and not (kind == "cuda" and number.isdigit()):
        raise SettingsError(f"a device among {', '.join(DEVICES)}", f"'{name}'", where="--device")


def keep_large_buffers() -> None:
    """Ask glibc to keep large buffers; does nothing where there is no glibc."""
    if not sys.platform.startswith("linux"):
        return
    try:
        mallopt = ctypes.CDLL(None).mallopt
    except (OSError, AttributeError):
        return
    for option, value in ((_MMAP_THRESHOLD, 2**30), (_TRIM_THRESHOLD, 2**31 - 1), (_TOP_PAD, 2**28)):
        mallopt(option, value)
