"""Every statement of docs/identity-statements.md has tests that exist, or says why it has none."""

import ast
import re
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
ROWS = [
    [cell.strip() for cell in line.strip("|").split("|")]
    for line in (ROOT / "docs" / "identity-statements.md").read_text().splitlines()
    if re.match(r"\| (\d+|[MA]\d+) \|", line)
]
NAMED = re.compile(r"`([\w/]+\.py)::(\w+)`")
WITHOUT = re.compile(r"(Not ours|Left): \w+")


@cache
def functions_of(file: str) -> set[str]:
    tree = ast.parse((ROOT / "tests" / file).read_text())
    return {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)}


def test_every_number_is_there_once():
    numbers = [row[0] for row in ROWS]

    assert [name for name in numbers if name.isdigit()] == [str(number) for number in range(1, 45)]
    assert [name for name in numbers if name[0] == "M"] == [f"M{number}" for number in range(1, 11)]
    assert len(numbers) == len(set(numbers))


@pytest.mark.parametrize("row", ROWS, ids=[row[0] for row in ROWS])
def test_a_statement_has_tests_that_exist_or_says_why_not(row):
    tests = NAMED.findall(row[-1])

    assert tests or WITHOUT.search(row[-1]), "neither a test nor a reason"
    assert [f"{file}::{name}" for file, name in tests if name not in functions_of(file)] == []
    assert row[-1].count("::") == len(tests), "a test is not written as `path.py::name`"
