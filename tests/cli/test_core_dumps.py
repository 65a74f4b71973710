"""A verb that dies leaves no copy of its memory, which holds what was typed."""

import os
import subprocess
import sys
from pathlib import Path

from deploy.stack.process import wait_until

CHECKOUT = Path(__file__).parents[2]
LOGIN = ["auth", "login", "--username", "ann", "--password-stdin"]


def test_a_verb_that_waits_for_a_password_could_not_be_dumped(home, home_elsewhere):
    command = [sys.executable, "-m", "micromart_cli", *LOGIN]
    env = os.environ | {"PYTHONPATH": str(CHECKOUT)}
    env |= home_elsewhere.asked(LOGIN, env)
    with subprocess.Popen(
        command, env=env, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as verb:
        dumps_nothing = wait_until(lambda: cores_of(verb.pid) == ["0", "0"], 30)
        verb.communicate()

    assert dumps_nothing


def cores_of(pid: int) -> list[str]:
    """The soft and the hard limit of core dumps."""
    name = "Max core file size"
    [line] = [line for line in Path(f"/proc/{pid}/limits").read_text().splitlines() if line.startswith(name)]
    return line.removeprefix(name).split()[:2]
