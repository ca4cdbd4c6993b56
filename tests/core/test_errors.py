import inspect

import pytest

from spinbridge.core import errors
from spinbridge.core.errors import InputError, SpinbridgeError

FAMILY = [cls for _, cls in inspect.getmembers(errors, inspect.isclass) if cls.__module__ == errors.__name__]


def test_a_message_says_where_what_was_needed_what_came_and_what_to_do() -> None:
    error = InputError("a 3D image", "4 dimensions", remedy="Take one frame.", where="x.nii.gz")
    assert str(error) == "x.nii.gz: needed a 3D image, got 4 dimensions. Take one frame."


def test_a_message_without_place_and_remedy_is_whole() -> None:
    assert str(InputError("a number", "a word")) == "needed a number, got a word."


@pytest.mark.parametrize("kind", FAMILY)
def test_every_error_is_caught_as_one_family(kind: type[SpinbridgeError]) -> None:
    with pytest.raises(SpinbridgeError, match="needed this, got that"):
        raise kind("this", "that")
