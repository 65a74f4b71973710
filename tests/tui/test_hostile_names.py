"""Names written to drive a terminal, on a real one: each stays a row of the shelf, its price in its place."""

import pytest
from sqlalchemy import text

from micromart_core.bootstrap import open_ready_shop
from micromart_core.settings import Settings
from tests.tui.test_on_a_terminal import HEIGHT, WIDTH, Window, answering

pytestmark = pytest.mark.slow
HOSTILE = {
    "CB-250": "Esc\x1b]0;mine\x07\x1b[31m\x1b[2J\x9b2J",
    "NS-340": "Bidi \u202egnp.exe\u202c \u2066x",
    "EK-104": "Wide 字字字字字字字字字字字字字字字字字字",
    "FL-096": "Marks e" + "\u0301" * 60,
    "NM-001": "Zero\u200b\u2060\ufeff width",  # no joiner, which emoji need: pyte drops what follows one
}
PRICES = {"CB-250": "$4.50", "NS-340": "$19.00", "EK-104": "$14.00", "FL-096": "$12.00", "NM-001": "$24.00"}


@pytest.fixture
def window(tmp_path):
    """The shelf on a terminal, with a name of each kind on it."""
    shop = open_ready_shop(Settings(), tmp_path, lambda _: None)
    with shop.database.begin(writes=True) as opened:
        for sku, name in HOSTILE.items():
            words = text("UPDATE products SET name = :name, tagline = :name, description = :name WHERE sku = :sku")
            opened.connection.execute(words, {"name": name, "sku": sku})
        opened.commit()
    shop.close()
    with answering(tmp_path, "10") as told:
        window = Window(tmp_path, "shop", told)
        yield window
        window.child.close(force=True)


def cells(window: Window, row: int) -> list[str]:
    """What stands in each cell of a row; the second half of a wide sign is empty."""
    return [window._screen.buffer[row][column].data for column in range(WIDTH)]


def end_of_price(window: Window, price: str) -> int:
    """Return behind which cell of the shelf a price ends."""
    for row in range(HEIGHT):
        shelf = cells(window, row)[:36]
        for start in range(len(shelf) - len(price)):
            if "".join(shelf[start : start + len(price)]) == price:
                return start + len(price)
    raise AssertionError(f"{price} is not on the shelf:\n{window.text}")


def test_each_name_stays_in_its_row_and_drives_nothing(window):
    window.sees("Marks")
    window.read(2)

    ends = {sku: end_of_price(window, price) for sku, price in PRICES.items()}
    assert ends == dict.fromkeys(ends, end_of_price(window, "$58.00"))
    assert "mine" not in window._screen.title
    assert "micromart" in window.text.splitlines()[1]
    assert "search" in window.text
    assert not {"\x1b", "\x9b", "\u202e", "\u2066", "\u200b", "\ufeff"} & set(window.text)


def test_the_page_of_each_of_them_is_drawn_whole(window):
    window.sees("Marks")
    for _ in range(8):
        window.child.send("j")
        window.read(0.7)
        assert "micromart" in window.text.splitlines()[1]
        assert "add to cart" in window.text
        assert "search" in window.text
