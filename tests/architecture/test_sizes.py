"""Small files, short functions, and the few things that only one file may do."""

import ast
import re
import statistics
from pathlib import Path

ROOT = Path(__file__).parents[2]
CODE = [
    file
    for folder in ("micromart_core", "micromart_cli", "migrations", "deploy", "benchmarks")
    for file in sorted((ROOT / folder).rglob("*.py"))
    if "versions" not in file.parts
]
TESTS = sorted((ROOT / "tests").rglob("*.py"))
DATA = {"demo_products.py", "demo_art.py"}
"""Files that are a table of data, not code."""
FORBIDDEN_NAMES = {"utils", "util", "helpers", "helper", "manager", "base", "common", "misc"}


def _functions(file: Path) -> list[tuple[str, int]]:
    return [
        (f"{file.relative_to(ROOT)}:{node.name}", node.end_lineno - node.lineno + 1)
        for node in ast.walk(ast.parse(file.read_text()))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    ]


def _lines(file: Path) -> int:
    return len(file.read_text().splitlines())


def test_no_file_is_longer_than_300_lines():
    assert [f"{file.relative_to(ROOT)}: {_lines(file)}" for file in [*CODE, *TESTS] if _lines(file) > 300] == []


def test_the_median_file_is_short():
    assert statistics.median(_lines(file) for file in CODE if file.name != "__init__.py") <= 140


def test_functions_are_short():
    functions = [each for file in CODE if file.name not in DATA for each in _functions(file)]

    assert [each for each in functions if each[1] > 35] == []
    lengths = sorted(length for _, length in functions)
    assert lengths[int(len(lengths) * 0.9)] <= 25


def test_names_of_files_say_what_is_inside():
    assert [file for file in CODE if file.stem in FORBIDDEN_NAMES] == []


def test_only_the_clock_reads_the_clock():
    readers = [file for file in CODE if re.search(r"datetime\.now\(|time\.time\(", file.read_text())]

    product = [file for file in readers if not {"benchmarks", "deploy"} & set(file.parts)]
    assert product == [ROOT / "micromart_core" / "clock.py"]


def test_only_a_few_places_commit():
    """The gateway, delivery and dispatch; and what makes, moves or mends whole databases beside the gateway."""
    committers = {
        str(file.relative_to(ROOT))
        for file in CODE
        if "benchmarks" not in file.parts and re.search(r"\.commit\(\)", file.read_text())
    }

    assert {name for name in committers if name.startswith("micromart_cli")} == set()
    services = ("authentication", "users", "products", "inventory", "carts", "orders", "notifications", "adapters")
    assert {name for name in committers if name.split("/")[1] in services} == set()
