"""Ctrl-C while the program is being loaded, or when all is done, is 130 and not a word of Python's own."""

import random
import signal
import subprocess
import sys

STARTS_LIKE_ITS_SCRIPT = "from micromart_daemon.__main__ import run; run()"


def interrupted_after(seconds):
    """Interrupt the help so long after the program's first module is loaded; return its exit code and what it told.

    Python says with -X importtime what it has loaded; before that module, Ctrl-C is Python's own affair.
    """
    command = [sys.executable, "-X", "importtime", "-c", STARTS_LIKE_ITS_SCRIPT, "--help"]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    while not process.stderr.readline().endswith(" micromart_daemon.__main__\n"):
        pass
    try:
        process.wait(seconds)
    except subprocess.TimeoutExpired:
        process.send_signal(signal.SIGINT)
    told = process.stderr.read()  # `communicate` would read past what readline has already taken in
    process.stderr.close()
    return process.wait(60), "".join(line for line in told.splitlines() if not line.startswith("import time:"))


def test_ctrl_c_says_nothing_from_the_first_line_of_the_program_to_its_last():
    told = [interrupted_after(seconds) for seconds in (0.0, *(random.uniform(0, 0.3) for _ in range(9)))]

    assert {words for _, words in told} == {""}
    assert {code for code, _ in told} <= {130, 0}
    assert told[0] == (130, "")
