"""Checkpoints of a training: weights and optimiser in one safetensors file, nothing executable.

A checkpoint is written whole or not at all, so a run killed at any moment continues from the last one and, since every
draw belongs to its iteration and not to the process, ends with the same weights.

Format: safetensors, https://huggingface.co/docs/safetensors.
"""

import json
from pathlib import Path

import torch
from safetensors import SafetensorError
from safetensors.torch import load_file, safe_open, save
from torch import Tensor, nn

from spinbridge.core.errors import InputError
from spinbridge.core.files import writing


def save_checkpoint(path: Path, model: nn.Module, optimiser: torch.optim.AdamW, log: list[dict[str, float]]) -> None:
    """Write weights, optimiser and the log of losses; the iteration is the log's length."""
    tensors = {f"model.{name}": value.contiguous() for name, value in model.state_dict().items()}
    state = optimiser.state_dict()["state"]
    tensors |= {f"optimiser.{n}.{key}": value.contiguous() for n, one in state.items() for key, value in one.items()}
    with writing(path) as temporary:
        temporary.write_bytes(save(tensors, metadata={"log": json.dumps(log)}))


def load_checkpoint(path: Path, model: nn.Module, optimiser: torch.optim.AdamW) -> list[dict[str, float]]:
    """Put weights and optimiser back and return the log; an empty log where there is no checkpoint.

    Raises `InputError` where the file is damaged or another model's.
    """
    if not path.exists():
        return []
    tensors = _read(path)
    _fill(model, _under(tensors, "model."), path)
    state: dict[int, dict[str, Tensor]] = {}
    for name, value in _under(tensors, "optimiser.").items():
        number, key = name.split(".", 1)
        state.setdefault(int(number), {})[key] = value
    optimiser.load_state_dict({**optimiser.state_dict(), "state": state})
    with safe_open(path, framework="pt") as file:
        log: list[dict[str, float]] = json.loads(file.metadata()["log"])
    return log


def save_weights(path: Path, model: nn.Module) -> None:
    """Write the weights of a finished model."""
    with writing(path) as temporary:
        temporary.write_bytes(save({name: value.contiguous() for name, value in model.state_dict().items()}))


def load_weights(path: Path, model: nn.Module) -> None:
    """Put the weights of a finished model back. Raises `InputError` where the file is missing or another model's."""
    _fill(model, _read(path), path)


def _fill(model: nn.Module, tensors: dict[str, Tensor], path: Path) -> None:
    try:
        model.load_state_dict(tensors)
    except RuntimeError as error:
        needed, got = "weights of the model that its settings describe", "those of another one"
        raise InputError(needed, got, remedy="Choose another folder.", where=path) from error


def _read(path: Path) -> dict[str, Tensor]:
    try:
        tensors: dict[str, Tensor] = load_file(path)
    except FileNotFoundError as error:
        raise InputError("a safetensors file", "no file", where=path) from error
    except SafetensorError as error:
        remedy = "Remove the file and run the same command again."
        raise InputError("a whole safetensors file", str(error), remedy=remedy, where=path) from error
    return tensors


def _under(tensors: dict[str, Tensor], prefix: str) -> dict[str, Tensor]:
    return {name.removeprefix(prefix): value for name, value in tensors.items() if name.startswith(prefix)}
