#!/bin/sh
# Make the environment .venv and install the package into it: the CPU build of torch first, then everything else.
# Usage: tools/install.sh [PYTHON]     run from the root of the repository; safe to run again
set -eu

torch_version=$(sed -n 's/^torch==//p' constraints.txt)
cpu_index=https://download.pytorch.org/whl/cpu

say() { printf '%s\n' "$*" >&2; }

new_enough() {
    command -v "$1" >/dev/null 2>&1 && "$1" -c 'import sys, venv; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1
}

find_python() {
    if [ -n "$1" ]; then
        candidates=$1
    else
        candidates="python3 python3.13 python3.12 python3.11 python3.14 python"
    fi
    for candidate in $candidates; do
        if new_enough "$candidate"; then
            printf '%s\n' "$candidate"
            return
        fi
    done
    say "spinbridge needed Python 3.11 or newer with its venv module, got none among: $candidates."
    say "Install one (python.org, or 'apt install python3 python3-venv'), or name it: make PYTHON=/path/to/python3 test"
    exit 2
}

if ! [ -x .venv/bin/python ] || ! .venv/bin/python -m pip --version >/dev/null 2>&1; then
    python=$(find_python "${1:-}")
    say "Making .venv with $("$python" --version) ..."
    "$python" -m venv --clear .venv
fi

pip() { .venv/bin/python -m pip --disable-pip-version-check -qq "$@"; }

installed_torch() { .venv/bin/python -c 'from importlib.metadata import version; print(version("torch"))' 2>/dev/null || :; }

case "$(installed_torch)" in
"$torch_version" | "$torch_version"+*) ;;
*)
    say "Installing torch $torch_version for the CPU ..."
    if ! pip install --retries 0 --no-deps --index-url "$cpu_index" "torch==$torch_version"; then
        say "Warning: the CPU build of torch could not be had from $cpu_index."
        say "Installing the default build instead; on Linux that one brings gigabytes of CUDA libraries."
        pip install "torch==$torch_version"
    fi
    ;;
esac

say "Installing spinbridge and its tools ..."
pip install --constraint constraints.txt --editable ".[dev]"
