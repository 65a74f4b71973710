"""Values are msgspec structs (docs/decisions/0036), and what they are not to show is really hidden."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGES = ("micromart_core", "micromart_cli", "micromart_tui", "daemon")
FILES = [file for package in PACKAGES for file in sorted((ROOT / package).rglob("*.py"))]
ARE_NO_STRUCTS = {"Event", "ListedEvent"}
"""Events are named by keywords of their classes; a row of a list compares in part."""
OF_DATACLASSES = {"asdict", "astuple", "fields", "is_dataclass", "make_dataclass", "replace"}
"""What breaks, or says no, when it is given a struct."""


def classes(source: str) -> Iterator[ast.ClassDef]:
    return (node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.ClassDef))


def shows_what_it_should_not(kind: ast.ClassDef) -> bool:
    """See a mark inside of a type or in quotes, where no repr looks, and a struct's own repr before Reticent's."""
    fields = (node.annotation for node in kind.body if isinstance(node, ast.AnnAssign))
    marked = [field for field in fields if "Unshown" in ast.unparse(field)]
    is_reticent = [ast.unparse(base) for base in kind.bases][:1] == ["Reticent"]
    return bool(marked) and not (is_reticent and all(map(is_unshown, marked)))


def is_unshown(field: ast.expr) -> bool:
    return isinstance(field, ast.Subscript) and ast.unparse(field.value) == "Unshown"


def is_a_value_but_no_struct(kind: ast.ClassDef) -> bool:
    made_by = [ast.unparse(each) for each in kind.decorator_list]
    return not kind.bases and any(each.startswith("dataclass(") and "frozen=True" in each for each in made_by)


def taken_from_dataclasses(source: str) -> set[str]:
    taken = [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.ImportFrom)]
    return {each.name for node in taken if node.module == "dataclasses" for each in node.names}


def test_whoever_has_something_unshown_is_reticent():
    found = [
        f"{file}: {kind.name}" for file in FILES for kind in classes(file.read_text()) if shows_what_it_should_not(kind)
    ]

    assert found == []


def test_values_are_structs():
    found = {kind.name for file in FILES for kind in classes(file.read_text()) if is_a_value_but_no_struct(kind)}

    assert found == ARE_NO_STRUCTS


def test_structs_are_changed_and_taken_apart_by_msgspec():
    found = {str(file): taken_from_dataclasses(file.read_text()) & OF_DATACLASSES for file in FILES}

    assert {file: taken for file, taken in found.items() if taken} == {}


@pytest.mark.parametrize(
    ("source", "is_seen"),
    [
        ("class Key(Struct):\n    secret: Unshown[str]", True),
        ("class Key(Reticent, Struct):\n    secret: Unshown[str]", False),
        ("class Key(Struct, Reticent):\n    secret: Unshown[str]", True),
        ("class Key(Reticent, Struct):\n    secret: Unshown[str] | None", True),
        ("class Key(Reticent, Struct):\n    secret: 'Unshown[str]'", True),
        ("class Key(Struct):\n    owner: str", False),
    ],
)
def test_it_would_see_a_secret_that_shows(source, is_seen):
    (kind,) = classes(source)

    assert shows_what_it_should_not(kind) is is_seen
