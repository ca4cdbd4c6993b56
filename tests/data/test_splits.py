import pytest
from hypothesis import given
from hypothesis import strategies as st

from spinbridge.core.errors import SettingsError
from spinbridge.data.facts import CaseFacts
from spinbridge.data.nnunet_splits import training_splits
from spinbridge.data.splits import hold_out, patient_folds

PATIENTS = st.sets(st.text("abc123", min_size=1, max_size=4), min_size=5, max_size=40)


@given(patients=PATIENTS, seed=st.integers(0, 99), folds=st.integers(2, 5))
def test_every_patient_is_held_out_once(patients: set[str], seed: int, folds: int) -> None:
    held_out = [patient for fold in patient_folds(patients, folds, seed) for patient in fold]
    assert sorted(held_out) == sorted(patients)


@given(patients=PATIENTS, seed=st.integers(0, 99))
def test_the_order_of_patients_does_not_matter(patients: set[str], seed: int) -> None:
    assert patient_folds(sorted(patients), 3, seed) == patient_folds(sorted(patients, reverse=True), 3, seed)


@given(patients=PATIENTS, share=st.floats(0.01, 0.99))
def test_holding_out_parts_the_patients(patients: set[str], share: float) -> None:
    stay, out = hold_out(patients, share, 0)
    assert stay
    assert out
    assert sorted([*stay, *out]) == sorted(patients)


def test_folds_are_balanced_by_group() -> None:
    groups = {f"p{i:02d}": "DCM" if i < 10 else "NOR" for i in range(20)}
    for fold in patient_folds(groups, 5, seed=3, groups=groups):
        assert sorted(groups[patient] for patient in fold) == ["DCM", "DCM", "NOR", "NOR"]


@pytest.mark.parametrize("folds", [0, 1, 4])
def test_impossible_folds_are_refused(folds: int) -> None:
    with pytest.raises(SettingsError, match="folds for 3 patients"):
        patient_folds(["a", "b", "c"], folds, 0)


@pytest.mark.parametrize("share", [0.0, 1.0, -0.1])
def test_an_impossible_share_is_refused(share: float) -> None:
    with pytest.raises(SettingsError):
        hold_out(["a", "b"], share, 0)


def cases(patients: int, *, real: bool = True) -> dict[str, CaseFacts]:
    measured = {f"p{i}_ED": CaseFacts(patient=f"p{i}", synthetic=not real) for i in range(patients)}
    made = {f"{name}_molli": CaseFacts(patient=f.patient, synthetic=True, source=name) for name, f in measured.items()}
    return {**measured, **made}


@pytest.mark.parametrize("real", [True, False])
def test_a_made_case_follows_its_patient_and_is_never_held_out(real: bool) -> None:
    facts = cases(6, real=real)
    splits = training_splits(facts, 3, 0)
    assert sorted(name for split in splits for name in split["val"]) == [f"p{i}_ED" for i in range(6)]
    for split in splits:
        assert not {facts[n].patient for n in split["train"]} & {facts[n].patient for n in split["val"]}
        assert {n.removesuffix("_molli") for n in split["train"]} <= set(split["train"])


def test_synthetic_patients_without_a_real_case_are_always_trained_on() -> None:
    facts = {**cases(3), "q_ED": CaseFacts(patient="q", synthetic=True)}
    assert all("q_ED" in split["train"] for split in training_splits(facts, 3, 0))


def test_one_patient_cannot_be_split() -> None:
    assert training_splits(cases(1), 5, 0) == []
