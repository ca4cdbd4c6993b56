"""The hint for a word that is nearly one of those known: what may have been meant. Ours."""

import difflib
from collections.abc import Iterable


def did_you_mean(word: str, known: Iterable[str], *, otherwise: str = "") -> str:
    """`Did you mean 'lv_blood' or 'rv_blood'?`: at most two, `otherwise` where none is close."""
    close = sorted(difflib.get_close_matches(word.lower(), list(known), n=2))
    return f"Did you mean {' or '.join(repr(one) for one in close)}?" if close else otherwise
