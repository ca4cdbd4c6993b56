"""What `bridge` is asked to do, and where it puts things."""

from dataclasses import dataclass, replace
from pathlib import Path

from spinbridge.core.device import refuse_unknown_device, resolve_device, resolve_precision
from spinbridge.core.errors import SettingsError
from spinbridge.core.protocols import SignalModel
from spinbridge.core.settings import to_plain
from spinbridge.core.units import Kind, parse_quantity
from spinbridge.methods.reverse_imaging.sequence_draws import family_of
from spinbridge.physics.protocols.catalogue import load_protocol
from spinbridge.physics.sequences.language import parse_sequence
from spinbridge.recipes.sequence_names import named_sequences
from spinbridge.segmentation.settings import UNetSettings, preset

AUGMENTATIONS = ("none", "standard", "random-contrast", "gmm", "physics", "mixed")


@dataclass(frozen=True, kw_only=True)
class BridgeSettings:
    """Make a segmenter of SOURCE survive sequences and scanners it never saw, and show with numbers whether it does.

    Images of SOURCE become tissue maps, the maps become images of the asked sequences (an nnU-Net data set on disk and
    the same on the fly), a U-Net is trained with each augmentation and tested on held-out patients, on rendered
    sequences and on every TARGET. A killed run goes on with the same command.
    """

    source: Path  #: labelled data: ACDC, M&Ms-2, nnU-Net raw or a folder of NIfTI files
    out: Path  #: new folder for everything; report.html in it is what to open
    to: str = "molli,gre"  #: sequences to render, such as `molli(scheme=5(3)3,hr=60bpm),gre(fa=15deg)`
    test: tuple[Path, ...] = ()  #: a target data set to test on; may be given again
    augment: str = "standard,physics"
    """What to train with: none, standard (as nnU-Net), random-contrast, gmm (label mixtures), physics (reverse imaging)
    or mixed (physics and gmm in equal shares). Several are trained under one budget; the others are compared with the
    first."""
    protocol: str = ""  #: scanners that training draws from, such as ge-3T or mnms (see `protocols`); all where empty
    source_sequence: str = "bssfp"  #: sequence of SOURCE where its files do not say it
    field: str = "1.5T"  #: field strength where the files do not say it
    labels: str = ""  #: label convention of SOURCE, such as acdc or mnms, where it cannot be told
    patient_pattern: str = ""  #: regular expression that finds the patient in the name of a case of SOURCE
    hold_out: float = 0.2  #: share of the source's patients that are tested on and never trained on
    renderings: int = 1  #: images of each sequence written per training case; training itself draws without limit
    preset: str = "small"  #: size of network and training: tiny, small or full
    iterations: int = 0  #: of training; 0 for the preset's
    seeds: int = 1  #: trainings of each augmentation
    seed: int = 0  #: of everything that is drawn
    workers: int = 0  #: processes; 0 for one per processor
    device: str = "cpu"  #: auto, cpu, cuda or mps

    def __post_init__(self) -> None:
        """Refuse what cannot be run before anything is."""
        unknown = [name for name in self.augmentations if name not in AUGMENTATIONS]
        if unknown or not self.augmentations:
            needed = f"augmentations among {', '.join(AUGMENTATIONS)}"
            raise SettingsError(needed, ", ".join(unknown) or "none", where="--augment")
        if not 0 < self.hold_out < 1:
            raise SettingsError("a share between 0 and 1", f"{self.hold_out}", where="--hold-out")
        self._refuse_too_few()
        refuse_unknown_device(self.device)
        preset(self.preset)
        parse_quantity(self.field, Kind.FIELD, where="--field")
        parse_sequence(self.source_sequence)
        named_sequences(self.to)
        if self.protocol:
            self._refuse_unplayed()

    def _refuse_unplayed(self) -> None:
        played = load_protocol(self.protocol).words
        unplayed = sorted({family_of(model) for model in self.sequences.values()} - set(played))
        if unplayed:
            needed = f"sequences that {self.protocol} plays, {', '.join(played)}"
            raise SettingsError(needed, ", ".join(unplayed), where="--to")

    def _refuse_too_few(self) -> None:
        least = {"seeds": (1, "seed"), "renderings": (1, "rendering"), "iterations": (0, ""), "workers": (0, "")}
        for name, (limit, what) in least.items():
            value = getattr(self, name)
            if value < limit:
                needed = f"at least one {what}" if what else "0 or more"
                raise SettingsError(needed, f"{value}", where=f"--{name}")

    @property
    def augmentations(self) -> tuple[str, ...]:
        """The names after --augment, each once."""
        return tuple(dict.fromkeys(name.strip() for name in self.augment.split(",") if name.strip()))

    @property
    def sequences(self) -> dict[str, SignalModel]:
        """A folder name and the model of each sequence after --to."""
        return named_sequences(self.to)

    @property
    def training_workers(self) -> int:
        """How many networks are trained or tested at a time: on a CPU as many as processes, else one."""
        return self.workers if resolve_device(self.device).type == "cpu" else 1

    @property
    def network(self) -> UNetSettings:
        """The settings of the segmenter, its precision as this machine has it."""
        chosen = preset(self.preset)
        precision = resolve_precision(chosen.precision, resolve_device(self.device))
        return replace(chosen, precision=precision, iterations=self.iterations or chosen.iterations)

    @property
    def field_strength(self) -> float:
        """[T]."""
        return parse_quantity(self.field, Kind.FIELD)

    def decisive(self) -> dict[str, object]:
        """The settings that results depend on: all but where they go and how many processes work.

        Data sets stand by the names of their folders: what is in them is told by digests, and they may be moved.
        """
        plain: dict[str, object] = to_plain(self)
        names = {"source": self.source.resolve().name, "test": [path.resolve().name for path in self.test]}
        return {name: value for name, value in {**plain, **names}.items() if name not in ("out", "workers")}


@dataclass(frozen=True)
class Model:
    """One training: an augmentation and the number of its seed."""

    augmentation: str
    number: int

    @property
    def name(self) -> str:
        """Of its folder."""
        return f"{self.augmentation}-{self.number}"


@dataclass(frozen=True)
class Workplace:
    """Where everything lies in the output folder."""

    out: Path

    @property
    def data(self) -> Path:
        """The nnU-Net data set of source images and rendered ones."""
        return self.out / "nnUNet_raw" / "Dataset900_Bridge"

    def rendered(self, sequence: str) -> Path:
        """Held-out patients under one sequence."""
        return self.out / "rendered" / sequence

    @property
    def tissue(self) -> Path:
        """Tissue of the training slices; removed at the end."""
        return self.out / "tissue"

    def model(self, model: Model) -> Path:
        """One trained segmenter."""
        return self.out / "models" / model.name

    def predictions(self, model: Model, test_set: str) -> Path:
        """What one segmenter found in one test set."""
        return self.out / "predictions" / test_set / model.name

    def scores(self, model: Model, test_set: str) -> Path:
        """The scores of the same."""
        return self.out / "scores" / test_set / f"{model.name}.json"
