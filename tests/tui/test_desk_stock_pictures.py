"""What the desk looks like, at three sizes; a picture that changes is looked at before it is kept."""

import random
import shutil
import time

import pytest

from micromart_core.orders import numbers
from micromart_tui.admin import bar
from tests.conftest import ShopUnderTest
from tests.elsewhere import beside_the_database
from tests.tui.conftest import SIZES
from tests.tui.desk_stage import set_the_stage

PICTURES = {
    "today": ("desk/today", ()),
    "today-by-hour": ("desk/today", ("t", "t")),
    "stock": ("desk/stock", ("down", "space", "down")),
    "adjust": ("desk/stock", ("down", "down", "down", "plus", "1", "0", "down")),
    "evict": ("desk/stock", ("down", "down", "down", "minus", "3", "enter", "e", "v")),
    "history": ("desk/stock", ("down", "down", "down", "h", "down")),
    "jump": ("desk/stock", ("f", "f", "colon", "n", "m")),
}


@pytest.fixture
def staged(sqlite_template, clock, tmp_path, monkeypatch):
    """A shop in the middle of its week, in UTC, with the same order numbers each time."""
    monkeypatch.setenv("TZ", "UTC")
    time.tzset()
    monkeypatch.setattr(numbers.secrets, "choice", random.Random(7).choice)
    # One place more in the bar is no reason to look at each of these again.
    monkeypatch.setattr(bar, "DESK", [place for place in bar.DESK if place.name in ("desk/today", "desk/stock")])
    path = tmp_path / "shop.db"
    shutil.copy(sqlite_template, path)
    shop = ShopUnderTest(f"sqlite:///{path}", clock, tmp_path)
    set_the_stage(shop, clock)
    yield shop
    shop.close()
    monkeypatch.undo()
    time.tzset()


def case(picture_of: str, size: str):
    """One picture; where today has room for what was recorded last, it is one of a desk beside the database."""
    told = beside_the_database("what was recorded last stands in the picture, and the event log is on no wire")
    shows_events = picture_of.startswith("today") and size != "40x24"
    return pytest.param(picture_of, size, id=f"{picture_of}-{size}", marks=[told] if shows_events else [])


@pytest.mark.parametrize(("picture_of", "size"), [case(name, size) for name in PICTURES for size in SIZES])
def test_the_desk_looks_as_it_should(picture_of, staged, picture):
    at, keys = PICTURES[picture_of]
    assert picture(staged.staff("noor"), at, *keys)
