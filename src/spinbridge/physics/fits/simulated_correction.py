"""Apparent relaxation times to true ones: the fit's bias is simulated with the sequence's own model and taken off.

    apparent = fit(model(T1, T2)),       bias_q(log T1, log T2) = log(apparent_q / true_q)        on a grid
    log true_q = log apparent_q - bias_q(log true)                     solved by fixed point, voxel by voxel

q is T1, T2 or both, as the fit has them; a time that it lacks is given, as a number or a map. The bias is interpolated
linearly between nodes 6 % (T1) and 14 % (T2) apart. Amplitudes lose what the sequence makes of pd = 1, and are pd
times the receive gain afterwards. Standard deviations are carried through the slope of the bias, without the
correlation of T1 and T2. What the model does not hold, it does not correct: magnetisation transfer, off-resonance, a
flip angle or heartbeats other than the model's. Times in seconds.

Reference: the idea of a table of simulated recoveries is that of N. Gai et al., Magn Reson Med 2013;69:329,
doi:10.1002/mrm.24251 (MOLLI by Bloch simulation); H. Xue et al., J Cardiovasc Magn Reson 2013;15:102,
doi:10.1186/1532-429X-15-102 (precision of T1). The form with a logarithmic bias is ours.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from math import log

import torch
from torch import Tensor

from spinbridge.core.errors import SettingsError
from spinbridge.core.protocols import SignalModel
from spinbridge.core.tissue import Tissue
from spinbridge.physics.fits.relaxation_fit import Failure, RelaxationFit, without_failed
from spinbridge.physics.parameter import Parameter, like

Fit = Callable[[Tensor], RelaxationFit]  #: of signed signals (N, ...)
Logs = dict[str, Tensor]  #: logarithms of `t1` and `t2` [s], each of the maps' shape

T1_NODES, T2_NODES = (0.05, 6.0, 80), (0.008, 3.0, 46)  #: lowest, highest [s] and number
_STEPS, _CLOSE, _NUDGE = 30, 1e-5, 0.02  # of log times


@dataclass(frozen=True, eq=False)
class SimulatedCorrection:
    """The bias of one fit under one protocol."""

    biases: Logs  #: (T1 nodes, T2 nodes) of `t1`, `t2` and `amplitude`, as far as the fit has them

    @classmethod
    def of(cls, model: SignalModel, fit: Fit) -> "SimulatedCorrection":
        """Simulate and fit every node; `fit` takes signed signals of the model's images.

        Voxels beside a node where the fit fails are not corrected but fail.
        """
        t1, t2 = torch.meshgrid(_axis(T1_NODES).exp(), _axis(T2_NODES).exp(), indexing="ij")
        true = {"t1": t1, "t2": t2, "amplitude": torch.ones_like(t1)}
        found = fit(model(Tissue(pd=true["amplitude"], t1=t1, t2=t2)))
        apparent = {"t1": found.t1, "t2": found.t2, "amplitude": found.amplitude}
        return cls({name: (maps / true[name]).log() for name, maps in apparent.items() if maps is not None})

    def __call__(
        self, fit: RelaxationFit, *, t1: Parameter | None = None, t2: Parameter | None = None
    ) -> RelaxationFit:
        """The fit without its bias; the time that it lacks, `t1` or `t2` [s], a number or a map, is given.

        Voxels whose true times lie outside of the table fail. Raises `SettingsError` where a time is missing.
        """
        apparent, given = _apparent(fit), _given(fit, t1=t1, t2=t2)
        true, steady = self._without_bias(apparent, given)
        place = true | given
        slopes = self._slopes(true, given)
        failure = _failure(fit.failure, place, steady)
        maps = {name: values.exp() for name, values in true.items()}
        deviations = {name: maps[name] * spread for name, spread in _spreads(fit, slopes).items()}
        gain = torch.exp(-self._bias("amplitude", place))
        return replace(
            fit,
            t1=_believed(maps.get("t1"), failure),
            t2=_believed(maps.get("t2"), failure),
            amplitude=without_failed(fit.amplitude * gain, failure),
            t1_sd=_believed(deviations.get("t1"), failure),
            t2_sd=_believed(deviations.get("t2"), failure),
            amplitude_sd=without_failed(fit.amplitude_sd * gain, failure),
            failure=failure,
        )

    def _without_bias(self, apparent: Logs, given: Logs) -> tuple[Logs, Tensor]:
        """The true log times, and where they no longer move."""
        true = apparent
        for _ in range(_STEPS):
            before, true = true, {name: values - self._bias(name, true | given) for name, values in apparent.items()}
            steady = torch.stack([(true[name] - before[name]).abs() <= _CLOSE for name in true]).all(0)
            if bool((steady | true[next(iter(true))].isnan()).all()):
                break
        return true, steady

    def _slopes(self, true: Logs, given: Logs) -> dict[tuple[str, str], Tensor]:
        """For every pair of measured times (a, b): d log apparent_a / d log true_b."""
        found = {}
        for b in true:
            up, down = ({**true, **given, b: true[b] + move} for move in (_NUDGE, -_NUDGE))
            for a in true:
                found[a, b] = (self._bias(a, up) - self._bias(a, down)) / (2 * _NUDGE) + float(a == b)
        return found

    def _bias(self, name: str, place: Logs) -> Tensor:
        """The bias at log times, linear between the nodes and constant beyond them."""
        table = self.biases[name].to(place["t1"])
        (i, u), (j, v) = (_between(place[axis], nodes) for axis, nodes in (("t1", T1_NODES), ("t2", T2_NODES)))
        flat, width = table.flatten(), table.shape[1]
        low, high = (torch.lerp(flat[k * width + j], flat[k * width + j + 1], v) for k in (i, i + 1))
        return torch.lerp(low, high, u)


def _axis(nodes: tuple[float, float, int]) -> Tensor:
    """Log times of the nodes."""
    low, high, count = nodes
    return torch.linspace(log(low), log(high), count, dtype=torch.float64)


def _between(place: Tensor, nodes: tuple[float, float, int]) -> tuple[Tensor, Tensor]:
    """The node below each place, and the share of the way to the next one."""
    low, high, count = nodes
    steps = ((place - log(low)) * ((count - 1) / log(high / low))).nan_to_num(0.0).clamp(0, count - 1)
    below = steps.long().clamp_max(count - 2)
    return below, steps - below


def _apparent(fit: RelaxationFit) -> Logs:
    times = {"t1": fit.t1, "t2": fit.t2}
    return {name: values.log() for name, values in times.items() if values is not None}


def _given(fit: RelaxationFit, *, t1: Parameter | None, t2: Parameter | None) -> Logs:
    """The log times that the fit lacks, as maps. Raises `SettingsError` where one was not given."""
    found: Logs = {}
    for name, value, measured in (("t1", t1, fit.t1), ("t2", t2, fit.t2)):
        if measured is not None:
            continue
        if value is None:
            remedy = "Give a number, or a map of another fit."
            raise SettingsError(f"{name}, which the fit does not tell", "none", remedy=remedy)
        found[name] = like(value, fit.amplitude).log().expand(fit.amplitude.shape)
    return found


def _believed(values: Tensor | None, failure: Tensor) -> Tensor | None:
    return None if values is None else without_failed(values, failure)


def _failure(before: Tensor, place: Logs, steady: Tensor) -> Tensor:
    """The reasons of the fit, and those of the correction where the fit had none."""
    inside = torch.ones_like(steady)
    for name, (low, high, _) in (("t1", T1_NODES), ("t2", T2_NODES)):
        inside &= (place[name] >= log(low)) & (place[name] <= log(high))
    own = torch.where(inside, torch.where(steady, Failure.NONE, Failure.NOT_CONVERGED), Failure.OUT_OF_BOUNDS)
    return torch.where(before == Failure.NONE, own.to(before.dtype), before)


def _spreads(fit: RelaxationFit, slopes: dict[tuple[str, str], Tensor]) -> Logs:
    """Relative standard deviation of each true time: the inverse of the slopes times those of the apparent ones."""
    pairs = {"t1": (fit.t1, fit.t1_sd), "t2": (fit.t2, fit.t2_sd)}
    own = {name: sd / time for name, (time, sd) in pairs.items() if time is not None and sd is not None}
    if len(own) == 1:
        return {name: spread / slopes[name, name].abs() for name, spread in own.items()}
    both = slopes["t1", "t1"] * slopes["t2", "t2"] - slopes["t1", "t2"] * slopes["t2", "t1"]
    return {
        a: torch.hypot(slopes[b, b] * own[a], slopes[a, b] * own[b]) / both.abs()
        for a, b in (("t1", "t2"), ("t2", "t1"))
    }
