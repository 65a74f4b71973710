"""What a verb may weigh; what its start costs in time is measured by `./dev bench startup`, never asserted here."""

import os
import subprocess
import sys
from pathlib import Path

CHECKOUT = Path(__file__).parents[2]


def test_a_list_fits_into_eighty_megabytes(tmp_path):
    # Not getrusage: a process made by fork has the peak of the one that made it, here that of all tests before.
    measure = (
        "import re, sys; from micromart_cli.main import main; main(sys.argv[1:]);"
        "sys.stderr.write(re.search('VmHWM:\\\\s+(\\\\d+)', open('/proc/self/status').read())[1])"
    )
    environ = os.environ | {"MICROMART_HOME": str(tmp_path), "PYTHONPATH": str(CHECKOUT)}
    for _ in range(2):
        done = subprocess.run(
            [sys.executable, "-c", measure, "product", "list"], env=environ, capture_output=True, text=True, check=True
        )

    assert int(done.stderr.splitlines()[-1]) < 80 * 1024
