"""A case that could not be done: named, with the reason, while the others go on."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Failure:
    """What a command reports of a case that it left out; a result holds a tuple of them in `failures`."""

    case: str  #: the case's name, or its file
    reason: str  #: the message of the error, which stands alone
