"""Streams that whoever began this process had closed."""

import os
import sys


def open_closed_streams() -> None:
    """Let stdin, stdout and stderr lead nowhere where they are closed: nobody reads or says anything there.

    Python has None in their place, which no line of the program looks for; and the next file that is opened, as it
    may be the database, would be that stream for every library that writes to it by its number.
    """
    for number in range(3):
        try:
            os.fstat(number)
        except OSError:
            os.open(os.devnull, os.O_RDWR)  # the lowest number that is free: this one
    sys.stdin = sys.stdin or open(0, encoding="utf-8", closefd=False)  # noqa: SIM115  # as long as the process
    sys.stdout = sys.stdout or open(1, "w", encoding="utf-8", closefd=False)  # noqa: SIM115
    sys.stderr = sys.stderr or open(2, "w", encoding="utf-8", closefd=False)  # noqa: SIM115
