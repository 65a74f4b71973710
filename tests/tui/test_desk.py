"""The frame of the admin desk: who may open it, its places and its command line."""

import shlex

import pytest

from micromart_core.inventory.model import Sku
from micromart_core.permissions import Role
from tests.tui.conftest import sitting

TEA, MUG = Sku("TEA-01"), Sku("MUG-01")
pytestmark = pytest.mark.anyio


@pytest.fixture
def stocked(shop):
    shop.stocks(MUG, on_hand=7, reorder_level=8)
    shop.stocks(TEA, on_hand=3)
    return shop


async def test_the_desk_shows_its_places_and_what_is_typed_for_the_lit_row(stocked):
    async with sitting(stocked.staff(), at="desk/stock") as desk:
        assert "2 stock" in desk.lines[1]
        assert await desk.sees("The MUG-01")
        assert any(
            line.strip().startswith("\N{SINGLE RIGHT-POINTING ANGLE QUOTATION MARK} micromart stock show MUG-01")
            for line in desk.lines
        )

        await desk.press("down")

        assert await desk.sees("micromart stock show TEA-01")


async def test_y_copies_the_command_until_it_is_another_one(stocked):
    async with sitting(stocked.staff(), at="desk/stock") as desk:
        await desk.press("y")

        assert desk.app.clipboard == "micromart stock show MUG-01"
        assert "y copied" in desk.screen

        await desk.press("down")

        assert "y copies" in desk.screen


async def test_a_big_a_takes_staff_from_the_shop_to_the_desk(stocked):
    async with sitting(stocked.staff("pam", Role.STOCK_CLERK), at="desk/stock") as desk:
        await desk.press("A")

        assert await desk.sees("The MUG-01")


def test_the_command_line_can_be_pasted():
    from micromart_tui.widgets.twin import command

    line = command("stock", "adjust", "EK-104", "--by", "+10", "--note", "it's $(late)")

    assert line.startswith("micromart stock adjust EK-104 --by +10 --note ")
    assert shlex.split(line)[-1] == "it's $(late)"
