"""Cron, and whoever begins a program without streams: it does its work, and no traceback is told to anybody."""

import os
import subprocess
import sys

import pytest

PROGRAMS = {"micromart": "micromart_cli", "micromartd": "micromart_daemon.main"}


def begun_with(closed: str, program: str, *words: str, home) -> subprocess.CompletedProcess[str]:
    """Run a program under a shell that closes one of its streams."""
    line = f'exec "$0" -m {PROGRAMS[program]} "$@" {closed}'
    return subprocess.run(
        ["sh", "-c", line, sys.executable, *words], capture_output=True, text=True, timeout=60, check=False, cwd=home
    )


@pytest.mark.parametrize("closed", ["<&-", ">&-", "2>&-", "<&- >&- 2>&-"])
@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("micromart", "--version"), 0),
        (("micromart",), 2),
        (("micromart", "cart", "add", "NS-340"), 0),
        (("micromart", "checkout"), 6),
        (("micromartd", "health"), 0),
    ],
)
def test_a_closed_stream_is_no_mistake_of_ours(home, home_elsewhere, monkeypatch, closed, words, code):
    home.mkdir(exist_ok=True)
    for name, value in home_elsewhere.asked(words, os.environ).items():
        monkeypatch.setenv(name, value)

    done = begun_with(closed, *words, home=home)

    assert done.returncode == code, done.stderr
    assert "Traceback" not in done.stderr + done.stdout
    assert "mistake" not in done.stderr
