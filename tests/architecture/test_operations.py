"""Every operation can be read, carried over a wire, and is tested."""

import ast
import inspect
import pkgutil
from importlib import import_module
from pathlib import Path
from typing import get_type_hints

import msgspec
import pytest

import micromart_core
from micromart_core.operation import Params, access_to, every_operation
from micromart_core.transaction import Transaction

ROOT = Path(__file__).parents[2]


def _load_everything() -> dict:
    for module in pkgutil.walk_packages(micromart_core.__path__, "micromart_core."):
        import_module(module.name)
    return {
        name: function
        for name, function in every_operation().items()
        if function.__module__.startswith("micromart_core.")
    }


OPERATIONS = _load_everything()
assert Params is not None
each_operation = pytest.mark.parametrize("name", sorted(OPERATIONS))


@each_operation
def test_it_says_what_it_does(name):
    docstring = inspect.getdoc(OPERATIONS[name])

    assert docstring
    assert docstring.split("\n")[0].endswith((".", ":"))


@each_operation
def test_it_is_a_plain_function_of_a_transaction(name):
    parameters = list(inspect.signature(OPERATIONS[name]).parameters.values())

    assert parameters[0].name == "tx"
    assert get_type_hints(OPERATIONS[name])["tx"] is Transaction
    kinds = {parameter.kind for parameter in parameters}
    assert kinds <= {inspect.Parameter.POSITIONAL_OR_KEYWORD}


@each_operation
def test_its_arguments_and_result_travel_as_json(name):
    hints = get_type_hints(OPERATIONS[name])
    for what, kind in hints.items():
        if what != "tx":
            msgspec.json.schema(kind)
            msgspec.json.Decoder(kind)


def test_every_operation_is_named_by_a_test_or_by_what_tests_run():
    """A test imports it; or a verb with a test file of its own, a job or an adapter of the tested kind runs it."""
    names = {name.split("/")[1]: name for name in OPERATIONS}

    assert sorted(names[function] for function in names.keys() - NAMED_IN_TESTS - RUN_BY_TESTED_CODE) == []


def test_what_account_and_bootstrap_functions_do_is_denied_on_every_wire():
    risky = [name for name in OPERATIONS if name.startswith(("adapters/", "local_identity/"))]

    assert risky
    assert [
        name for name in risky if access_to(OPERATIONS[name]).on_wire and access_to(OPERATIONS[name]).permission is None
    ] == []


def _names_in(files) -> set[str]:
    names: set[str] = set()
    for file in files:
        for node in ast.walk(ast.parse(file.read_text())):
            if isinstance(node, ast.Name):
                names.add(node.id)
            elif isinstance(node, ast.Attribute):
                names.add(node.attr)
            elif isinstance(node, ast.alias):
                names.add(node.name)
    return names


NAMED_IN_TESTS = _names_in(file for file in (ROOT / "tests").rglob("*.py") if file != Path(__file__))
TESTED_COMMANDS = [
    command
    for command in (ROOT / "micromart_cli" / "commands").glob("*.py")
    if (ROOT / "tests" / "cli" / f"test_{command.stem}.py").exists()
]
CORE = ROOT / "micromart_core"
TESTED_CORE = [
    CORE / "jobs.py",
    CORE / "notifications" / "sender.py",
    *(CORE / "adapters" / "local_identity").glob("a*.py"),
    *(CORE / "maintenance").glob("*.py"),
]
RUN_BY_TESTED_CODE = _names_in([*TESTED_COMMANDS, *TESTED_CORE])
