"""A bridge killed at any moment and started again ends with the bytes of an undisturbed one."""

import hashlib
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from tests.scenes import scene_dataset

_KILLS = 5
_LIMIT = 600.0  # [s]


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return scene_dataset(tmp_path_factory.mktemp("data") / "source", 4, size=48)


@pytest.fixture(scope="module")
def undisturbed(source: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[dict[str, str], float]:
    """The bytes of a whole run with one worker, and how long it took [s]."""
    out, start = tmp_path_factory.mktemp("whole") / "out", time.monotonic()
    assert start_bridge(source, out, workers=1).wait(_LIMIT) == 0
    return digests(out), time.monotonic() - start


@pytest.mark.slow
def test_two_workers_give_the_bytes_of_one(
    source: Path, undisturbed: tuple[dict[str, str], float], tmp_path: Path
) -> None:
    assert start_bridge(source, tmp_path / "out", workers=2).wait(_LIMIT) == 0
    assert digests(tmp_path / "out") == undisturbed[0]


@pytest.mark.slow
@pytest.mark.parametrize("whole_group", [True, False], ids=["all processes", "the parent only"])
def test_five_kills_leave_no_trace(
    source: Path, undisturbed: tuple[dict[str, str], float], tmp_path: Path, whole_group: bool
) -> None:
    expected, duration = undisturbed
    moments = random.Random(0 if whole_group else 1)  # noqa: S311 - moments to be tried, nothing secret
    out = tmp_path / "out"
    ended = 0
    for _ in range(_KILLS):
        run = start_bridge(source, out, workers=2)
        try:
            run.wait(2.0 + moments.uniform(0.1, 0.6) * duration)
            ended += 1
        except subprocess.TimeoutExpired:
            os.killpg(run.pid, signal.SIGKILL) if whole_group else run.kill()
        run.wait()
    assert ended < _KILLS, "no run was killed before it ended"
    assert start_bridge(source, out, workers=2).wait(_LIMIT) == 0
    assert digests(out) == expected


def start_bridge(source: Path, out: Path, *, workers: int) -> "subprocess.Popen[bytes]":
    """`spinbridge bridge` as a process group of its own."""
    words = ["bridge", str(source), str(out), "--to", "gre,molli(ti=300ms)", "--augment", "standard,mixed"]
    words += ["--preset", "tiny", "--iterations", "4", "--workers", str(workers)]
    environment = {**os.environ, "OMP_NUM_THREADS": "1"}
    return subprocess.Popen(
        [sys.executable, "-m", "spinbridge.cli.main", *words],
        start_new_session=True,
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


def digests(folder: Path) -> dict[str, str]:
    """The SHA-256 of every file, hidden ones too."""
    files = (path for path in sorted(folder.rglob("*")) if path.is_file())
    return {path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}
