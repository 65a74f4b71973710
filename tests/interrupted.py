"""Ctrl-C at any moment of a program's life, and what came of it."""

import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence


def interrupted_after(
    seconds: float, program: str, words: Sequence[str], environ: Mapping[str, str] | None = None
) -> tuple[int, str]:
    """Interrupt a program so long after its first module is loaded; return its exit code and what it told.

    Python says with -X importtime what it has loaded; before that module, Ctrl-C is Python's own affair.
    """
    starts_like_its_script = f"from {program} import run; run()"
    command = [sys.executable, "-X", "importtime", "-c", starts_like_its_script, *words]
    process = subprocess.Popen(command, env=environ, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    is_loaded = any(line.endswith(f" {program}\n") for line in iter(process.stderr.readline, ""))
    try:
        process.wait(seconds)
    except subprocess.TimeoutExpired:
        process.send_signal(signal.SIGINT)
    told = process.stderr.read()  # `communicate` would read past what readline has already taken in
    process.stderr.close()
    code = process.wait(60)
    assert is_loaded, f"it ended with {code} before it was loaded"
    return code, "".join(line for line in told.splitlines() if not line.startswith("import time:"))
