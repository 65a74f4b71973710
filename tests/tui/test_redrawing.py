"""What is drawn again, and what is not: rows keep what they were, and the key line follows what can be pressed."""

import pytest
from textual.app import App
from textual.color import Color
from textual.content import Content
from textual.style import Style

from micromart_tui.rows import row
from micromart_tui.widgets.painted import Painted
from tests.tui.conftest import sitting

pytestmark = pytest.mark.anyio


async def test_the_key_line_says_what_can_be_pressed_while_something_is_searched_for_and_afterwards(demo):
    async with sitting(demo.guest("ann")) as ann:
        assert await ann.sees("/ search")
        await ann.press("slash")
        assert await ann.sees("esc clear")

        await ann.press("escape")

        assert await ann.sees("/ search")
        assert await ann.sees("←→ quantity")


async def test_the_key_that_clears_a_search_goes_with_it_also_from_among_the_results(demo):
    async with sitting(demo.guest("ann")) as ann:
        assert await ann.sees("/ search")
        await ann.press("slash", *"mug", "down")
        assert await ann.sees("esc clear")

        await ann.press("escape")

        await ann.finds(lambda: "esc clear" not in ann.screen)


async def test_a_row_that_was_lit_is_drawn_as_before_when_the_light_comes_back(demo):
    async with sitting(demo.guest("ann")) as ann:
        assert await ann.sees("nitro cold brew")
        before = [ann.app.page.shelf.render_line(y) for y in range(6)]
        await ann.press("down")
        moved = [ann.app.page.shelf.render_line(y) for y in range(6)]

        await ann.press("up")

        assert moved != before
        assert [ann.app.page.shelf.render_line(y) for y in range(6)] == before


async def test_rows_are_drawn_in_the_colours_of_another_look_at_once(demo):
    async with sitting(demo.guest("ann")) as ann:
        assert await ann.sees("nitro cold brew")
        before = ann.app.page.shelf.render_line(1)

        ann.app.theme = "paper"
        await ann.press("down", "up")

        assert ann.app.page.shelf.render_line(1) != before


async def test_textuals_own_page_below_ours_has_nothing_painted_again(demo):
    async with sitting(demo.guest("ann")) as ann:
        assert await ann.sees("nitro cold brew")
        painted = []
        ann.app.post_display_hook = lambda: painted.append(True)

        ann.app.screen_stack[0].refresh()
        await ann.rests()

        assert not painted


async def test_the_shelf_is_drawn_once_for_a_new_size(demo, monkeypatch):
    async with sitting(demo.guest("ann")) as ann:
        assert await ann.sees("nitro cold brew")
        await ann.rests()  # what the first page brings along may come late, and is drawn too
        drawn, shelf = [], ann.app.page.shelf
        draw = shelf.draw
        monkeypatch.setattr(shelf, "draw", lambda width, height: drawn.append(height) or draw(width, height))

        await ann.pilot.resize_terminal(100, 26)
        await ann.rests()

        assert drawn == [shelf.content_size.height]


class Rows(Painted):
    """Shows the rows it is given."""

    def __init__(self, *rows: Content) -> None:
        super().__init__()
        self._given = rows

    def draw(self, width, height):
        return self._given


LOOKS = {
    "plain": row("Null Mug"),
    "beside each other": row(" ", ("Null Mug", "bold red"), "   ", ("$24.00", "green"), " "),
    "over each other": row(("Null Mug", "red"), " ", ("$24.00", "green")).stylize("bold on blue"),
    "inside": row(("Null Mug", "red")).stylize("on blue", 2, 4),
    "alike": row(("Null", "red"), (" Mug", "red"), "  "),
    "wide": row(("\u30b3\u30fc\u30d2\u30fc", "red"), ("$24.00", "green")),
    "empty": row(),
}


@pytest.mark.parametrize("look", LOOKS)
async def test_a_row_is_made_as_textual_makes_it(look):
    app = App()
    async with app.run_test(size=(40, 3)) as pilot:
        rows = Rows(LOOKS[look])
        await app.mount(rows)
        await pilot.pause()

        ours = rows.render_line(0)
        theirs = super(Painted, rows).render_line(0)

        assert ours.text.rstrip() == theirs.text.rstrip()
        width = LOOKS[look].cell_length
        colours = [cells_of(each, width) for each in (ours, theirs)]
        assert colours[0] == colours[1]


async def test_rows_that_changed_below_each_other_are_sent_as_one_region(monkeypatch):
    app = App()
    async with app.run_test(size=(40, 6)) as pilot:
        rows = Rows(*map(row, "abcdef"))
        await app.mount(rows)
        await pilot.pause()
        sent = []
        monkeypatch.setattr(rows, "refresh", lambda *regions, **_: sent.extend(regions))

        rows._given = tuple(map(row, "aBCdEf"))
        rows.repaint()

        assert sent == [(0, 1, 40, 2), (0, 4, 40, 1)]


async def test_pieces_beside_each_other_that_look_alike_are_one():
    app = App()
    async with app.run_test(size=(40, 3)) as pilot:
        rows = Rows(LOOKS["alike"])
        await app.mount(rows)
        await pilot.pause()

        assert [text for text, _, _ in rows.render_line(0)] == ["Null Mug", "  "]


async def test_a_widget_keeps_no_colours_of_pictures():
    app = App()
    async with app.run_test(size=(40, 3)) as pilot:
        rows = Rows(row())
        await app.mount(rows)
        await pilot.pause()
        for shade in range(60):
            rows._given = (row(("x", Style(foreground=Color(0, 0, shade))), ("y", "red")),)
            rows.repaint()
            shown = rows.render_line(0)

        assert list(rows._looks) == ["red"]
        assert [style.color.name for _, style, _ in shown] == ["#00003b", "#ff0000"]


def cells_of(strip, width):
    """Return how each cell looks, and which place of the text it names."""
    cells = []
    for text, style, _ in strip.crop(0, width):
        x, y = style.meta["offset"]
        cells += [(each, style.color, style.bgcolor, style.bold, (x + at, y)) for at, each in enumerate(text)]
    return cells


async def test_a_step_along_the_shelf_draws_the_two_rows_that_it_changes(demo, monkeypatch):
    async with sitting(demo.guest("ann")) as ann:
        drawn = []
        monkeypatch.setattr(ann.app.page.shelf, "_row_for", drawn_by(ann.app.page.shelf, drawn))

        await ann.press("down")

        assert drawn == ["Cold Boot", "Night Shift"]


async def test_rows_that_were_read_again_and_say_the_same_stay_as_they_were_drawn(demo, monkeypatch):
    async with sitting(demo.guest("ann")) as ann:
        ann.app.page.renew()
        await ann.rests()
        drawn = []
        monkeypatch.setattr(ann.app.page.shelf, "_row_for", drawn_by(ann.app.page.shelf, drawn))

        await ann.press("down")

        assert drawn == ["Cold Boot", "Night Shift"]


def drawn_by(shelf, drawn):
    """Return what draws a product's row, and notes whose it is."""
    draw = shelf._row_for

    def noting(product, *facts, **looks):
        drawn.append(product.name)
        return draw(product, *facts, **looks)

    return noting
