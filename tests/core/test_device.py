import pytest
import torch

from spinbridge.core.device import keep_large_buffers, one_thread, resolve_device, resolve_precision
from spinbridge.core.errors import SettingsError


def test_auto_is_a_device_that_can_be_computed_on() -> None:
    assert torch.ones(1, device=resolve_device("auto")).sum() == 1


def test_the_processor_is_always_there() -> None:
    assert resolve_device("cpu") == torch.device("cpu")


@pytest.mark.parametrize("name", ["tpu", "", "gpu", "CPU"])
def test_an_unknown_device_is_refused_with_those_that_are_there(name: str) -> None:
    with pytest.raises(SettingsError, match=r"--device: needed a device among auto, .*cpu"):
        resolve_device(name)


@pytest.mark.parametrize("name", ["float32", "bfloat16"])
def test_a_precision_that_is_asked_for_is_taken(name: str) -> None:
    assert resolve_precision(name, torch.device("cpu")) == name


def test_auto_takes_float32_where_nothing_computes_bfloat16() -> None:
    assert resolve_precision("auto", torch.device("meta")) == "float32"


def test_an_unknown_precision_is_refused() -> None:
    with pytest.raises(SettingsError, match="precision: needed a precision among auto, float32, bfloat16, got 'half'"):
        resolve_precision("half", torch.device("cpu"))


def test_one_thread_computes_within_and_as_many_as_before_after_it() -> None:
    before = torch.get_num_threads()
    torch.set_num_threads(2)
    try:
        with one_thread():
            assert torch.get_num_threads() == 1
        assert torch.get_num_threads() == 2
    finally:
        torch.set_num_threads(before)


def test_keeping_large_buffers_changes_no_result() -> None:
    before = torch.ones(300, 300) @ torch.ones(300, 300)
    keep_large_buffers()
    assert torch.equal(before, torch.ones(300, 300) @ torch.ones(300, 300))
