"""What a start costs, against a Python that does nothing."""

import os
import resource
import subprocess
import sys
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).parents[2]
RUNS = 7
pytestmark = pytest.mark.slow


def seconds_of(*words: str, home: Path) -> float:
    """CPU seconds of the cheapest of some runs: others on the machine can only make it dearer."""
    environ = {name: value for name, value in os.environ.items() if not name.startswith("MICROMART_")}
    environ |= {"MICROMART_HOME": str(home), "PYTHONPATH": str(CHECKOUT)}
    environ.pop("PYTHONDONTWRITEBYTECODE", None)  # an installed micromart is compiled
    costs = []
    for _ in range(RUNS):
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        subprocess.run([sys.executable, *words], env=environ, capture_output=True, check=True)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        costs.append(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
    return min(costs)


@pytest.fixture
def bare(tmp_path) -> float:
    return seconds_of("-c", "pass", home=tmp_path)


def test_the_version_costs_hardly_more_than_python(bare, tmp_path):
    assert seconds_of("-m", "micromart_cli.main", "--version", home=tmp_path) < 3 * bare


def test_a_list_costs_less_than_thirty_pythons(bare, tmp_path):
    seconds_of("-m", "micromart_cli.main", "cart", "show", home=tmp_path)  # makes the shop

    assert seconds_of("-m", "micromart_cli.main", "product", "list", home=tmp_path) < 30 * bare


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
