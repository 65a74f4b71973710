"""S11: a shopper changes a name, keeps addresses, and chooses how the shop looks."""

import pytest
from rich.segment import Segment
from textual.color import Color

from micromart_core.carts.service import set_quantity
from micromart_core.inventory.model import Sku
from micromart_core.users.service import show_profile
from micromart_core.users.service_addresses import list_addresses
from micromart_tui.glyphs import ASCII, AsciiFilter
from micromart_tui.preferences import FILE_NAME, Preferences
from tests.core.order_stories import TEA, lives_at
from tests.tui.conftest import SIZES, sitting

pytestmark = pytest.mark.anyio


@pytest.fixture
def ann(shop):
    shop.stocks(TEA, on_hand=5)
    lives_at(shop, "ann")
    return shop.shopper("ann")


async def test_a_guest_may_browse_and_is_shown_how_to_sign_in(shop):
    async with sitting(shop.guest("eve"), at="account") as eve:
        assert await eve.sees("a guest")
        await eve.press("i")
        assert await eve.sees("micromart auth login")


async def test_a_name_is_typed_over(ann):
    async with sitting(ann, at="account") as sits:
        assert await sits.sees("here since January 2026")
        await sits.press("enter", *"Ada", "enter")
        assert await sits.sees("Ada")

    assert ann.run(show_profile).name == "Ada"


async def test_an_email_address_cannot_be_typed_over_and_the_page_says_why(ann):
    async with sitting(ann, at="account") as sits:
        await sits.press("down", "enter")
        assert await sits.sees("verified where you sign in")


async def test_an_address_is_added_made_the_default_one_and_removed(ann):
    async with sitting(ann, at="account") as sits:
        assert await sits.sees("12 Analytical Row")
        await sits.press(
            "n", *"Ann", "enter", *"1 Quay", "enter", "enter", *"4050", "enter", *"Porto", "enter", "enter"
        )
        await sits.press(*"pt", "enter")
        assert await sits.sees("1 Quay, 4050 Porto")
        mine = [each.line1 for each in ann.run(list_addresses)]
        await sits.press("down", "down", *["down"] * mine.index("1 Quay"), "enter")
        assert [each.line1 for each in ann.run(list_addresses) if each.is_default] == ["1 Quay"]
        await sits.press("up" if mine.index("1 Quay") else "down", "x")
        assert await sits.sees("x again removes it")
        assert len(ann.run(list_addresses)) == 2
        await sits.press("x")

    assert [each.line1 for each in ann.run(list_addresses)] == ["1 Quay"]


async def test_a_country_that_is_none_leaves_the_form_open(ann):
    async with sitting(ann, at="account") as sits:
        await sits.press(
            "n", *"Ann", "enter", *"1 Quay", "enter", "enter", *"4050", "enter", *"Porto", "enter", "enter"
        )
        await sits.press(*"xx", "enter")
        assert await sits.sees("This is no country code.")
        assert "1 Quay" in sits.screen

    assert len(ann.run(list_addresses)) == 1


async def test_a_line_that_was_missing_is_not_called_missing_once_it_is_typed(ann):
    async with sitting(ann, at="account") as sits:
        await sits.press("n", *["enter"] * 7)
        assert await sits.sees("The name is still missing.")
        await sits.press("down", "a", "up")
        assert "The name is still missing." in sits.screen
        await sits.press("A")
        assert "The name is still missing." not in sits.screen
        await sits.press(*["enter"] * 7)
        assert await sits.sees("The postcode is still missing.")


async def test_a_look_is_shown_at_once_and_found_again(ann, tmp_path):
    preferences = Preferences(tmp_path / "state")
    async with sitting(ann, at="account", preferences=preferences) as sits:
        await sits.press("G", "up", "enter")
        assert await sits.sees("paper  in use")
        assert sits.app.palette.ink == "#fbf6ec"

    async with sitting(ann, at="account", preferences=Preferences(tmp_path / "state")) as again:
        assert await again.sees("paper  in use")
    assert [each.name for each in (tmp_path / "state").iterdir()] == [FILE_NAME]


def test_a_spoilt_or_unknown_choice_is_the_usual_look(tmp_path):
    for spoilt in (b'theme = "sepia"', b"\xff", b"theme = ["):
        (tmp_path / FILE_NAME).write_bytes(spoilt)
        assert Preferences(tmp_path).theme() == "lamplight"


async def test_a_folder_that_cannot_be_written_is_told(ann, tmp_path):
    (tmp_path / "state").write_text("a file")
    async with sitting(ann, at="account", preferences=Preferences(tmp_path / "state")) as sits:
        await sits.press("G", "enter")
        assert await sits.sees("It will be forgotten when you quit.")


async def test_the_carts_of_whoever_sits_here_are_listed(ann):
    ann.run(set_quantity, Sku(TEA), 3)
    async with sitting(ann, at="account") as sits:
        assert await sits.sees("3 things")
        assert "held until today" in sits.screen


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("place", ["account", "orders", "cart"])
async def test_in_ascii_no_page_draws_another_sign(ann, size, place):
    ann.run(set_quantity, Sku(TEA), 3)
    async with sitting(ann, size=SIZES[size], at=place, is_ascii=True) as sits:
        assert await sits.sees("micromart" if size != "40x24" else place)
        assert sits.screen.isascii()
        assert max(len(line) for line in sits.lines) <= SIZES[size][0]


async def test_in_ascii_enter_is_named_and_no_arrow(ann, demo):
    async with sitting(ann, is_ascii=True) as sits:
        assert await sits.sees("enter add")
        await sits.press("slash")
        assert await sits.sees("v enter results")
        await sits.press("escape", "question_mark")
        assert await sits.sees("enter    ")


def test_each_sign_is_replaced_by_one_of_its_width():
    for sign, plain in ASCII.items():
        assert Segment(chr(sign)).cell_length == len(plain) == 1


def test_a_picture_in_ascii_is_cells_of_its_own_colours():
    from rich.style import Style

    (drawn,) = AsciiFilter().apply([Segment("▀", Style.parse("#ffffff on #000000"))], Color(0, 0, 0))

    assert drawn.text == " "
    assert drawn.style.bgcolor.get_truecolor().hex in ("#7f7f7f", "#808080")


async def test_what_is_typed_into_an_address_is_seen_while_it_is_typed(ann):
    async with sitting(ann, at="account") as sits:
        await sits.press("n", *"Ann")
        assert await sits.sees("Ann")


async def test_what_stands_below_the_last_thing_of_a_page_comes_into_sight(ann):
    async with sitting(ann, at="account", size=SIZES["40x24"]) as sits:
        assert await sits.sees("none was verified")
        await sits.press("G")
        assert "do it by its name" not in sits.screen

        await sits.press("G")

        assert await sits.sees("do it by its name")

        await sits.press("g")

        assert await sits.sees("none was verified")
