"""Importing the package and asking for help are quick: nothing heavy is loaded before it is needed."""

import subprocess
import sys

import pytest

HEAVY = "{'torch', 'numpy', 'nibabel', 'monai', 'scipy', 'matplotlib', 'rich', 'tyro'}"


@pytest.mark.parametrize("deed", ["", "from spinbridge.cli.main import main; main(['--help'])"])
def test_nothing_heavy_is_loaded(deed: str) -> None:
    program = f"import sys, spinbridge\n{deed}\nsys.exit(', '.join({HEAVY} & set(sys.modules)) or None)"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


def test_an_unknown_name_is_an_attribute_error() -> None:
    import spinbridge

    with pytest.raises(AttributeError, match="no attribute 'sgnal'"):
        _ = spinbridge.sgnal
