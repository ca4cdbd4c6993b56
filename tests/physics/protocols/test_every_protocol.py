"""What holds of every named protocol: complete, possible, sourced, playable at its corners, the same from one seed."""

from collections.abc import Iterator

import pytest
import torch

from spinbridge.core.random import generator
from spinbridge.core.tissue import Tissue
from spinbridge.physics.protocols.catalogue import load_protocol, protocol_names
from spinbridge.physics.protocols.entry import SOURCES, Entry
from spinbridge.physics.protocols.imaging import ENTRIES, NUMBERS, WORDS_OF
from spinbridge.physics.protocols.protocol import Protocol
from spinbridge.physics.sequences.language import format_sequence, parse_sequence
from spinbridge.physics.sequences.registry import WORDS

PROTOCOLS = [load_protocol(name) for name in protocol_names()]
PLAYED = [(protocol, word) for protocol in PROTOCOLS for word in protocol.words]
TISSUE = Tissue.voxel(pd=0.8, t1=1.1, t2=0.05, t2star=0.03, off_resonance=20.0)
every = pytest.mark.parametrize("protocol", PROTOCOLS, ids=lambda protocol: protocol.name)
every_sequence = pytest.mark.parametrize(("protocol", "word"), PLAYED, ids=[f"{p.name}-{w}" for p, w in PLAYED])


def entries(protocol: Protocol) -> Iterator[tuple[str, Entry]]:
    """Every entry with its place."""
    for scanner in protocol.scanners:
        for part in (scanner.imaging, *scanner.special.values(), *scanner.sequences.values()):
            yield from part.items()


@every
def test_every_entry_has_its_source(protocol: Protocol) -> None:
    found = [entry.source for _, entry in entries(protocol)] + [share.source for share in protocol.shares]
    assert [source for source in found if not source.startswith(SOURCES) or len(source) < 12] == []


@every
def test_the_imaging_is_complete_and_within_what_a_scanner_can_do(protocol: Protocol) -> None:
    for scanner in protocol.scanners:
        for table in map(scanner.imaging_of, ("", *scanner.sequences)):
            assert set(table) == set(ENTRIES)
            for name, meaning in NUMBERS.items():
                low, high = table[name].limits(meaning.kind)
                assert meaning.low <= low <= high <= meaning.high, (scanner.name, name)
            assert all(set(table[name].options) <= set(allowed) for name, allowed in WORDS_OF.items())


@every
def test_shares_of_scanners_add_up_and_all_sequences_are_known(protocol: Protocol) -> None:
    assert sum(share.share for share in protocol.shares) == pytest.approx(1.0, abs=1e-3)
    assert all(set(scanner.sequences) == set(protocol.words) <= set(WORDS) for scanner in protocol.scanners)
    assert set(protocol.field_strengths) <= {1.5, 3.0}


@every_sequence
def test_every_corner_can_be_played(protocol: Protocol, word: str) -> None:
    texts = list(protocol.corners(word))
    assert all(parse_sequence(text) for text in texts)
    for text in (texts[0], texts[-1]):
        assert torch.isfinite(torch.view_as_real(parse_sequence(text)(TISSUE).to(torch.complex128))).all()


@every_sequence
def test_every_draw_can_be_played_and_written_down(protocol: Protocol, word: str) -> None:
    for number in range(20):
        text = protocol.draw_text(word, generator(5, protocol.name, word, number))
        model = parse_sequence(text)
        again = parse_sequence(format_sequence(model))
        assert again.images == model.images
        if number == 0:
            torch.testing.assert_close(again(TISSUE), model(TISSUE), rtol=1e-9, atol=1e-12)


@every_sequence
def test_an_examination_holds_together(protocol: Protocol, word: str) -> None:
    exam = protocol.draw(word, generator(1, protocol.name, word))
    geometry, acquisition = exam.geometry, exam.acquisition
    assert exam.scanner in {scanner.name for scanner in protocol.scanners}
    assert acquisition.spacing == geometry.spacing
    assert geometry.acquired_spacing[0] >= geometry.acquired_spacing[1] >= geometry.spacing[1]
    assert geometry.zero_fill >= 1
    assert geometry.slices * (geometry.thickness + geometry.gap) < 260


@every
def test_one_seed_is_one_draw_and_two_are_two(protocol: Protocol) -> None:
    word = protocol.words[0]
    first, again, other = (protocol.draw(word, generator(seed, "draw")) for seed in (7, 7, 8))
    assert first == again
    assert first != other


@every
def test_an_echo_comes_at_about_the_middle_of_balanced_pulses(protocol: Protocol) -> None:
    if "bssfp" not in protocol.words:
        return
    for text in protocol.corners("bssfp"):
        model = parse_sequence(text)
        assert 0.4 <= model.echo_time / model.repetition_time <= 0.52, text
