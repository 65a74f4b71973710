"""Small files, short functions, and the few things that only one file may do."""

import ast
import re
import statistics
from pathlib import Path

ROOT = Path(__file__).parents[2]
CODE = [
    file
    for folder in ("micromart_core", "micromart_cli", "micromart_tui", "daemon", "migrations", "deploy", "benchmarks")
    for file in sorted((ROOT / folder).rglob("*.py"))
    if "versions" not in file.parts
]
TESTS = sorted((ROOT / "tests").rglob("*.py"))
DATA = {"demo_products.py", "demo_art.py"}
"""Files that are a table of data, not code."""
BLOCKS = (ast.If, ast.For, ast.While, ast.With, ast.Try, ast.Match, ast.FunctionDef, ast.AsyncFunctionDef)
FORBIDDEN_NAMES = {"utils", "util", "helpers", "helper", "manager", "base", "common", "misc"}


def _functions(file: Path) -> list[tuple[str, ast.FunctionDef | ast.AsyncFunctionDef]]:
    return [
        (f"{file.relative_to(ROOT)}:{node.name}", node)
        for node in ast.walk(ast.parse(file.read_text()))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    ]


def _length(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Lines under the signature, whose own length is the formatter's choice."""
    return (function.end_lineno or 0) - function.body[0].lineno + 1


def _depth(node: ast.AST) -> int:
    """How many blocks stand inside one another; an elif stands beside its if."""
    inner = [_depth(child) - _is_elif(node, child) for child in ast.iter_child_nodes(node)]
    return max(inner, default=0) + isinstance(node, BLOCKS)


def _is_elif(node: ast.AST, child: ast.AST) -> bool:
    return isinstance(node, ast.If) and isinstance(child, ast.If) and node.orelse == [child]


def _lines(file: Path) -> int:
    return len(file.read_text().splitlines())


def test_no_file_is_longer_than_300_lines():
    assert [f"{file.relative_to(ROOT)}: {_lines(file)}" for file in [*CODE, *TESTS] if _lines(file) > 300] == []


def test_the_median_file_is_short():
    assert statistics.median(_lines(file) for file in CODE if file.name != "__init__.py") <= 140


def test_functions_are_short():
    lengths = [(name, _length(node)) for file in CODE if file.name not in DATA for name, node in _functions(file)]

    assert [each for each in lengths if each[1] > 25] == []
    assert sorted(length for _, length in lengths)[int(len(lengths) * 0.9)] <= 15


def test_nothing_is_nested_deeper_than_three_levels():
    files = [file for file in [*CODE, *TESTS] if "benchmarks" not in file.parts]
    functions = [each for file in files for each in _functions(file)]

    assert [name for name, node in functions if max(map(_depth, node.body)) > 3] == []


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
