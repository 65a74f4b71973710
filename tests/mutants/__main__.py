"""python -m tests.mutants: plant each bug in a copy of this checkout and see it caught. `./dev mutants` calls it."""

import argparse
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from tests.mutants.planted import PLANTED, Mutant

ROOT = Path(__file__).parents[2]
_FAILED = 1
"""What pytest ends with when tests failed; another code says that none could be run."""


def main(words: Sequence[str]) -> int:
    """Return 1 when a bug passed, or could not be planted."""
    parser = argparse.ArgumentParser(prog="./dev mutants", description="Plant bugs and see them caught.")
    parser.add_argument("only", nargs="*", metavar="WORDS", help="only those whose name has these words")
    wanted = [mutant for mutant in PLANTED if all(word in mutant.name for word in parser.parse_args(words).only)]
    passed = []
    with tempfile.TemporaryDirectory(prefix="micromart-mutants-") as folder:
        copy = _copy_to(Path(folder) / "checkout")
        for mutant in wanted:
            began = time.monotonic()
            is_caught = _is_caught(copy, mutant)
            word = "caught" if is_caught else "PASSED"
            sys.stdout.write(f"{word}  {mutant.name}  ({time.monotonic() - began:.0f} s)\n")
            sys.stdout.flush()
            passed += [] if is_caught else [mutant.name]
    sys.stdout.write(f"{len(wanted)} planted, {len(wanted) - len(passed)} caught\n")
    return int(bool(passed) or not wanted)


def _copy_to(place: Path) -> Path:
    """Copy what git knows and what it would add; nothing else belongs to the program."""
    line = ["git", "ls-files", "--cached", "--others", "--exclude-standard"]
    names = subprocess.run(line, cwd=ROOT, capture_output=True, text=True, check=True).stdout.splitlines()
    for name in names:
        if (ROOT / name).is_file():
            (place / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, place / name)
    return place


def _is_caught(copy: Path, mutant: Mutant) -> bool:
    """Plant a bug, run its tests, and take it back."""
    file = copy / mutant.file
    sound = file.read_text()
    file.write_text(sound.replace(mutant.was, mutant.becomes, 1))
    try:
        return _ends_with(copy, mutant) == _FAILED
    finally:
        file.write_text(sound)


def _ends_with(copy: Path, mutant: Mutant) -> int:
    chosen = () if mutant.needs_servers else ("-m", "not servers")
    line = [sys.executable, "-B", "-m", "pytest", "-x", "-q", "-p", "no:cacheprovider", *chosen, *mutant.tests]
    return subprocess.run(line, cwd=copy, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
