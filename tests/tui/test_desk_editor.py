"""A7: a product is written beside its own page of the shop, stored once, and refused at its fields."""

import struct
import zlib

import pytest
from sqlalchemy import text

from micromart_core.inventory.model import Reason, Sku
from micromart_core.inventory.service_stock import adjust_stock
from micromart_core.permissions import Permission, Role, permissions_of
from micromart_core.products.service import list_catalogue, show_product
from micromart_core.products.service_categories import list_categories
from micromart_core.products.service_looks import list_pictures
from micromart_core.users.service_staff import list_audit
from tests.tui.conftest import SIZES
from tests.tui.forms import types
from tests.tui.mug_editor import MUG, at_mug, mug_of, opens, retypes

pytestmark = pytest.mark.anyio


def png(*, edge: int = 2) -> bytes:
    """A red square."""
    rows = (b"\0" + b"\xff\0\0" * edge) * edge
    header = struct.pack(">IIBBBBB", edge, edge, 8, 2, 0, 0, 0)
    chunks = ((b"IHDR", header), (b"IDAT", zlib.compress(rows)), (b"IEND", b""))
    framed = (
        struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body)) for name, body in chunks
    )
    return b"\x89PNG\r\n\x1a\n" + b"".join(framed)


# --- writing ---


async def test_what_is_typed_stands_in_the_preview_and_in_the_command_and_is_stored(with_a_mug):
    async with at_mug(with_a_mug) as desk:
        await opens(desk)
        assert "$24.00" in desk.screen
        assert "Thrown by hand in Porto." in desk.screen
        assert "micromart product show NM-001" in desk.screen

        await retypes(desk, "Void Mug")
        await desk.press("tab", "tab", "tab")
        await retypes(desk, "26")

        assert "$26.00" in desk.screen
        assert sum("Void Mug" in line for line in desk.lines) >= 2
        assert "2 unsaved" in desk.screen
        assert "micromart product update NM-001 --name 'Void Mug' --price 26 --if-version 1" in desk.screen
        await desk.press("ctrl+y")
        assert desk.app.clipboard == "micromart product update NM-001 --name 'Void Mug' --price 26 --if-version 1"

        await desk.press("ctrl+s", "ctrl+s")

        assert await desk.sees("saved")
        assert "unsaved" not in desk.screen
        assert (mug_of(with_a_mug).name, str(mug_of(with_a_mug).price)) == ("Void Mug", "26.00")
        assert sum(each.action == "product.update" for each in with_a_mug.staff().run(list_audit).items) == 1


async def test_a_product_is_made_as_a_draft_and_then_published(with_a_mug):
    async with at_mug(with_a_mug) as desk:
        assert await desk.sees("1 product")
        await desk.press("n")
        assert await desk.sees("not stored yet")
        for words in ("tea-01", "Night Tea", "black", "desk", "4.50"):
            await types(desk, words)
            await desk.press("enter")
        await desk.press("s", "right")
        assert "micromart product create TEA-01 --name 'Night Tea' --tagline black" in desk.screen

        await desk.press("ctrl+s", "ctrl+s")
        assert await desk.sees("○ draft")
        made = with_a_mug.staff().run(show_product, Sku("TEA-01"))
        assert (made.name, made.category, str(made.price), made.tint) == ("Night Tea", "desk", "4.50", "bone")

        await desk.press("ctrl+t", "enter")
        assert await desk.sees("● published")
        assert len(with_a_mug.staff().run(list_catalogue).items) == 2


async def test_the_story_has_several_lines_and_the_tint_is_chosen(with_a_mug):
    async with at_mug(with_a_mug) as desk:
        await opens(desk, *["tab"] * 4, "l", "tab", "tab", "down", "end")
        await desk.press("enter", *"Thin.")
        assert "--tint leaf" in desk.screen
        await desk.press("ctrl+s")
        assert await desk.sees("saved")
        assert mug_of(with_a_mug).description == "Thrown by hand in Porto.\n330 ml · stoneware\nThin."
        assert mug_of(with_a_mug).tint == "leaf"


async def test_letters_and_digits_are_typed_and_take_nobody_elsewhere(with_a_mug):
    async with at_mug(with_a_mug) as desk:
        await opens(desk, *"qsA12?y")
        assert "Null MugqsA12?y" in desk.screen


# --- refused at its field ---


@pytest.mark.parametrize(
    ("tabs", "words", "why"),
    [
        (0, " ", "The name is empty."),
        (3, "4,50", "“4,50” is not an amount of money."),
        (3, "-1", "“-1” is no price."),
        (5, "few", "“few” is no reorder level."),
        (5, "-3", "-3 is no reorder level."),
        (7, "/no/such.png", "/no/such.png cannot be read."),
    ],
    ids=["name", "price", "price-below-zero", "level", "level-below-zero", "picture"],
)
async def test_a_refusal_stands_below_its_field_and_what_was_typed_stays(with_a_mug, tabs, words, why):
    async with at_mug(with_a_mug) as desk:
        await opens(desk, *["tab"] * tabs)
        await retypes(desk, words)
        await desk.press("ctrl+s")

        wrong = desk.app.screen.query_one(".-wrong")
        assert why in str(wrong.query_one(".wrong").render())
        assert desk.app.screen.focused is wrong.control
        assert wrong.value == words
        assert mug_of(with_a_mug).version == 1

        await desk.press("x")
        assert not desk.app.screen.query(".-wrong")


async def test_a_sku_that_there_is_and_one_that_is_none_are_refused(with_a_mug):
    async with at_mug(with_a_mug) as desk:
        assert await desk.sees("1 product")
        await desk.press("n")
        for words in ("nm-001", "Night Tea", "black", "desk", "4.50"):
            await types(desk, words)
            await desk.press("enter")
        await desk.press("ctrl+s")
        assert await desk.sees("There is a product NM-001")
        await retypes(desk, "no sku")
        await desk.press("ctrl+s")
        assert await desk.sees("“no sku” is no SKU.")


async def test_who_may_write_but_not_price_is_told_at_the_price(with_a_mug, monkeypatch):
    granted = permissions_of(frozenset({Role.CATALOG_MANAGER})) - {Permission.CATALOG_PRICE}
    monkeypatch.setattr("tests.conftest.permissions_of", lambda _: granted)
    async with at_mug(with_a_mug, with_a_mug.staff("pam", Role.CATALOG_MANAGER)) as desk:
        await opens(desk, "tab", "tab", "tab")
        await retypes(desk, "1.00")
        await desk.press("ctrl+s")
        assert await desk.sees("You may not change a price.")
        assert desk.app.screen.query_one("#field-price").has_class("-wrong")
        assert str(mug_of(with_a_mug).price) == "24.00"


async def test_a_shelf_that_there_is_not_is_made_when_that_is_wanted(with_a_mug):
    async with at_mug(with_a_mug) as desk:
        await opens(desk, "tab", "tab")
        await retypes(desk, "attic")
        await desk.press("ctrl+s")
        assert await desk.sees("There is no shelf “attic” yet.")
        assert "micromart category create attic && micromart product update NM-001" in desk.screen
        await desk.press("escape")
        assert "There is no category attic." in str(desk.app.screen.query_one(".-wrong .wrong").render())
        assert mug_of(with_a_mug).category == "desk"

        await desk.press("ctrl+s", "enter")

        assert await desk.sees("saved")
        assert mug_of(with_a_mug).category == "attic"
        assert [each.name for each in with_a_mug.staff().run(list_categories).items] == ["attic", "desk"]


async def test_a_shelf_is_made_with_a_new_product_when_one_leaves(with_a_mug):
    async with at_mug(with_a_mug) as desk:
        assert await desk.sees("1 product")
        await desk.press("n")
        for words in ("tea-01", "Night Tea", "black", "pantry", "4.50"):
            await types(desk, words)
            await desk.press("enter")
        await desk.press("escape", "enter")
        assert await desk.sees("There is no shelf “pantry” yet.")
        await desk.press("enter")
        assert await desk.sees("○ draft")
        assert with_a_mug.staff().run(show_product, Sku("TEA-01")).category == "pantry"


async def test_a_draft_that_never_moved_is_deleted_and_the_list_comes_back(with_a_mug):
    async with at_mug(with_a_mug) as desk:
        await opens(desk)
        await retypes(desk, "Void Mug")
        await desk.press("ctrl+t", "left")
        assert "micromart product delete NM-001" in desk.screen

        await desk.press("enter")

        assert await desk.sees("No product yet.")
        assert with_a_mug.staff().run(list_catalogue).items == ()


async def test_what_has_moved_is_not_deleted(with_a_mug):
    with_a_mug.staff().run(adjust_stock, MUG, by=3, reason=Reason("received"))
    async with at_mug(with_a_mug) as desk:
        await opens(desk, "ctrl+t", "left", "enter")
        assert await desk.sees("has moved")
        assert await desk.sees("tagline")
        assert mug_of(with_a_mug).sku == MUG


# --- a picture ---


async def test_a_picture_is_seen_before_it_is_kept_and_kept_with_the_rest(with_a_mug, tmp_path):
    file = tmp_path / "mug.png"
    file.write_bytes(png())
    async with at_mug(with_a_mug) as desk:
        await opens(desk)
        await retypes(desk, "Red Mug")
        await desk.press(*["tab"] * 7)
        await types(desk, str(file))
        assert await desk.sees("▀▀")
        assert not with_a_mug.staff().run(list_pictures, (MUG,))
        assert f" && micromart product picture NM-001 {file}" in desk.app.screen.command_line

        await desk.press("ctrl+s")
        assert await desk.sees("saved")

    assert with_a_mug.staff().run(list_pictures, (MUG,))[0].content == png()
    assert mug_of(with_a_mug).name == "Red Mug"


@pytest.mark.parametrize("content", [b"GIF89a", png()[:-9], b"{}", png(edge=1025)], ids=["gif", "cut", "json", "huge"])
async def test_a_bad_file_is_refused_before_anything_is_stored(with_a_mug, tmp_path, content):
    file = tmp_path / "mug.png"
    file.write_bytes(content)
    async with at_mug(with_a_mug) as desk:
        await opens(desk)
        await retypes(desk, "Red Mug")
        await desk.press(*["tab"] * 7)
        await types(desk, str(file))
        await desk.press("ctrl+s")
        assert "This is no picture the shop can show." in str(desk.app.screen.query_one(".-wrong .wrong").render())
        assert mug_of(with_a_mug).name == "Null Mug"


@pytest.mark.parametrize("name", ["mug.png", "nothing.png"])
async def test_on_a_terminal_that_is_shown_elsewhere_no_file_is_looked_for(with_a_mug, tmp_path, name):
    (tmp_path / "mug.png").write_bytes(png())
    async with at_mug(with_a_mug) as desk:
        desk.app.is_hosted = True
        await opens(desk)
        await desk.press(*["tab"] * 7)
        await types(desk, str(tmp_path / name))
        await desk.press("ctrl+s")
        assert "Pictures cannot be read from files here." in str(desk.app.screen.query_one(".-wrong .wrong").render())
        assert not with_a_mug.staff().run(list_pictures, (MUG,))


# --- hostile words ---


async def test_hostile_words_drive_no_terminal_and_are_no_change(with_a_mug):
    hostile = "Esc\x1b]0;mine\x07\x1b[31m\u202egnp\x9b2J"
    with with_a_mug.database.begin(writes=True) as opened:
        words = text("UPDATE products SET name = :name, tagline = :name, description = :name")
        opened.connection.execute(words, {"name": hostile})
        opened.commit()
    async with at_mug(with_a_mug) as desk:
        await opens(desk)
        assert "unsaved" not in desk.screen
        assert not {"\x1b", "\x9b", "\u202e", "\x07"} & set(desk.screen)
        await desk.press("ctrl+t")
        assert not {"\x1b", "\x9b", "\u202e", "\x07"} & set(desk.screen)
        await desk.press("escape", "ctrl+u")
        await types(desk, "Red\x1b[31m Mug")
        assert not {"\x1b"} & set(desk.screen)


@pytest.mark.parametrize("size", [*SIZES.values(), (40, 12)], ids=[*SIZES, "40x12"])
async def test_a_product_is_written_at_every_size(with_a_mug, size):
    async with at_mug(with_a_mug, size=size) as desk:
        assert await desk.sees("Null Mug")
        await desk.press("enter")
        await desk.finds(lambda: "○ draft" in desk.screen and "tagline" in desk.screen)
        await retypes(desk, "Void Mug")
        assert "1 unsaved" in desk.screen
        if size[0] < 64:
            await desk.press("ctrl+l")
            assert await desk.sees("Void Mug")
            assert "tagline" not in desk.screen
            assert "sold out" in desk.screen
            await desk.press("escape")
        await desk.press("ctrl+s")
        assert await desk.sees("saved")
