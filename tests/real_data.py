"""Where real data lie, for tests that are better with them; such a test skips where they are absent."""

import os
from pathlib import Path

import pytest

_ROOT = Path(__file__).parents[1]


def real_data(*parts: str) -> Path:
    """A folder of real data, from SPINBRIDGE_REAL_DATA or `../shared/data`; skips the test where there is none."""
    stated = os.environ.get("SPINBRIDGE_REAL_DATA")
    folder = (Path(stated) if stated else _ROOT.parent / "shared" / "data").joinpath(*parts)
    if not folder.exists():
        pytest.skip(f"no real data at {folder}: set SPINBRIDGE_REAL_DATA to the folder that holds {'/'.join(parts)}")
    return folder
