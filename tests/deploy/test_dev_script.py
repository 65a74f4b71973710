"""What `./dev` says to whom it does not understand."""

import subprocess
from pathlib import Path

DEV = Path(__file__).parents[2] / "dev"


def test_a_command_there_is_none_of_is_named_below_the_help():
    ran = subprocess.run([DEV, "bogus"], capture_output=True, text=True, check=False)

    assert (ran.returncode, ran.stdout) == (2, "")
    assert ran.stderr.startswith("usage: ./dev COMMAND")
    assert ran.stderr.endswith("dev: there is no command bogus\n")
