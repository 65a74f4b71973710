"""Elsewhere every test of the command line and of the screens is run, but those that say why they cannot be."""

import ast
from pathlib import Path
from types import SimpleNamespace

from typer.main import get_command

from micromart_cli.commands import user
from micromart_cli.nouns import BESIDE_THE_DATABASE, NOUNS
from tests import elsewhere_share
from tests.elsewhere_share import share_of
from tests.home_elsewhere import BESIDE_VERBS, OF_NO_SHOP

TESTS = Path(__file__).parents[1]


def test_the_shares_of_four_days_are_all_tests_and_none_twice():
    items = list(range(100))

    shares = [share_of(items, f"{which}/4") for which in range(4)]

    assert sorted(item for share in shares for item in share) == items


def test_what_has_failed_is_run_once_more_although_alone_it_would_be_of_another_share(monkeypatch):
    monkeypatch.setattr(elsewhere_share, "IS_ASKED_FOR", True)
    monkeypatch.setattr(elsewhere_share, "SHARE", "3/4")
    items = ["the one that failed"]
    elsewhere_share.pytest_keep_the_share(SimpleNamespace(getoption=lambda _name, default: not default), items)

    assert items == ["the one that failed"]


def test_what_works_with_no_shop_or_beside_it_are_nouns_and_verbs_that_there_are():
    assert {*OF_NO_SHOP, *BESIDE_THE_DATABASE} <= {*NOUNS}
    assert {verb for noun, verb in BESIDE_VERBS if noun == "user"} <= {*get_command(user.app).commands}
    assert {noun for noun, _ in BESIDE_VERBS} == {"user"}


def test_what_is_passed_over_elsewhere_says_why():
    marks = [(file, mark) for file in sorted(TESTS.rglob("*.py")) for mark in _marks_of(file)]
    unexplained = {f"{file.name}:{mark.lineno}" for file, mark in marks if len(_reason_of(mark).split()) < 4}

    assert marks
    assert unexplained == set()


def _marks_of(file: Path) -> list[ast.Call]:
    found = [each for each in ast.walk(ast.parse(file.read_text())) if isinstance(each, ast.Call)]
    return [each for each in found if getattr(each.func, "id", "") == "beside_the_database"]


def _reason_of(mark: ast.Call) -> str:
    [reason] = mark.args
    return ast.literal_eval(reason)
