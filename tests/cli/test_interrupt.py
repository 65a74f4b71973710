"""The contract: Ctrl-C is 130 and leaves nothing half done, whenever it comes."""

import contextlib
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).parents[2]
STARTS_LIKE_ITS_SCRIPT = "from micromart_cli.__main__ import run; run()"


@pytest.mark.slow
@pytest.mark.alone
def test_ctrl_c_is_130_and_not_a_word_from_the_first_line_of_the_program_to_its_last(micromart, home_elsewhere):
    assert micromart("product", "list").code == 0
    environ = os.environ | {"PYTHONPATH": str(CHECKOUT)}
    environ |= home_elsewhere.asked(("product", "list"), environ)
    told = [interrupted_after(seconds, environ) for seconds in (0.0, *(random.uniform(0, 0.8) for _ in range(30)))]

    assert {words for _, words in told} == {""}
    assert {code for code, _ in told} <= {130, 0}
    assert told[0] == (130, "")


def interrupted_after(seconds, environ):
    """Interrupt `product list` so long after its first module is loaded; return its exit code and what it told.

    Python says with -X importtime what it has loaded; before that module, Ctrl-C is Python's own affair.
    """
    command = [sys.executable, "-X", "importtime", "-c", STARTS_LIKE_ITS_SCRIPT, "product", "list"]
    process = subprocess.Popen(command, env=environ, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    while not process.stderr.readline().endswith(" micromart_cli.__main__\n"):
        pass
    with contextlib.suppress(ProcessLookupError):
        time.sleep(seconds)
        process.send_signal(signal.SIGINT)
    told = process.stderr.read()  # `communicate` would read past what readline has already taken in
    process.stderr.close()
    return process.wait(60), "".join(line for line in told.splitlines() if not line.startswith("import time:"))
