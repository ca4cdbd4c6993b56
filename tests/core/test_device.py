import pytest
import torch

from spinbridge.core.device import keep_large_buffers, one_thread, resolve_device
from spinbridge.core.errors import SettingsError


def test_auto_is_a_device_that_can_be_computed_on() -> None:
    assert torch.ones(1, device=resolve_device("auto")).sum() == 1


def test_the_processor_is_always_there() -> None:
    assert resolve_device("cpu") == torch.device("cpu")


@pytest.mark.parametrize("name", ["tpu", "", "gpu", "CPU"])
def test_an_unknown_device_is_refused_with_those_that_are_there(name: str) -> None:
    with pytest.raises(SettingsError, match=r"--device: needed a device among auto, .*cpu"):
        resolve_device(name)


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
