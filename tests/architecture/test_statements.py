"""Every statement of docs/identity-statements.md and docs/reliability.md has tests that exist, or says why not."""

import ast
import re
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


def rows_of(document: str) -> list[list[str]]:
    lines = (ROOT / "docs" / document).read_text().splitlines()
    return [
        [cell.strip() for cell in line.strip("|").split("|")] for line in lines if re.match(r"\| [A-Z]?\d+ \|", line)
    ]


ROWS = rows_of("identity-statements.md")
PROMISES = rows_of("reliability.md")
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


def test_every_promise_and_every_fault_is_there_once():
    assert [row[0] for row in PROMISES] == [f"I{number}" for number in range(1, 9)] + [
        f"F{number}" for number in range(1, 18)
    ]


@pytest.mark.parametrize("row", ROWS + PROMISES, ids=[row[0] for row in ROWS + PROMISES])
def test_a_statement_has_tests_that_exist_or_says_why_not(row):
    tests = NAMED.findall(row[-1])

    assert tests or WITHOUT.search(row[-1]), "neither a test nor a reason"
    assert [f"{file}::{name}" for file, name in tests if name not in functions_of(file)] == []
    assert row[-1].count("::") == len(tests), "a test is not written as `path.py::name`"
