"""Rows of cells: they keep their width, and nobody's text drives the terminal."""

import pytest

from micromart_tui.rows import (
    at_ends,
    beside,
    button,
    clause,
    fitted,
    on_ground,
    prose,
    row,
    spread,
    things,
    thinning,
    thought,
)

EVIL = "Mug\x1b[2J\x1b]52;c;ZXZpbA==\x07\u202egnp\u0007"


def test_no_text_drives_the_terminal():
    assert "\x1b" not in row((EVIL, "bold"), EVIL).plain
    assert "\u202e" not in row(EVIL).plain
    assert "\x07" not in "".join(line.plain for line in prose(f"one\n{EVIL}", 20))


def test_a_line_end_in_a_name_breaks_no_row():
    assert "\n" not in row("two\nlines").plain


def test_what_is_between_the_ends_of_a_row_looks_like_the_left_one():
    line = at_ends(row(("Null Mug", "red")), row(("$24.00", "green")), 20)

    assert line.plain == "Null Mug      $24.00"
    assert line.spans == [(0, 14, "red"), (14, 20, "green")]


@pytest.mark.parametrize("name", ["Null Mug", "汉字" * 30, "é" * 90, "👩‍👩‍👧" * 40, ""])
@pytest.mark.parametrize("put", [spread, at_ends])
def test_two_ends_of_a_row_never_overlap_and_the_left_one_gives_way(put, name):
    line = put(row(name), row("$24.00"), 30)

    assert line.cell_length == 30
    assert line.plain.endswith(" $24.00")


@pytest.mark.parametrize("name", ["Null Mug", "汉字" * 30, "é" * 90])
def test_what_is_fitted_has_exactly_its_width(name):
    assert fitted(row(name), 11).cell_length == 11


def test_columns_of_unequal_height_stand_beside_each_other():
    lines = beside([row("a"), row("b")], [row("1")], width=4, gap=2)

    assert [line.plain for line in lines] == ["a     1", "b     "]


def test_rows_on_a_ground_fill_it():
    assert {line.cell_length for line in on_ground([row("short"), row("x" * 50)], 20, "$sheet")} == {20}


@pytest.mark.parametrize("text", ["字" * 30, "手工抛光的杯子 with English words mixed in", f"word {'字' * 12} and on"])
def test_prose_of_wide_signs_fits_and_loses_nothing(text):
    lines = prose(text, 20)

    assert max(line.cell_length for line in lines) <= 20
    assert "".join("".join(line.plain.split()) for line in lines) == "".join(text.split())


def test_prose_keeps_its_paragraphs():
    assert [line.plain for line in prose("one two three\n\nfour", 10)] == ["one two", "three", "", "four"]


def test_a_button_says_its_key_and_a_click_presses_it():
    pressed = button("check out", "enter", 26)

    assert pressed.cell_length == 26
    assert "↵" in pressed.plain
    assert {span.style.meta.get("press") for span in pressed.spans if not isinstance(span.style, str)} == {"enter"}


def test_a_thought_is_labelled_once():
    lines = thought("where", [row("Ada"), row("London")])

    assert [line.plain for line in lines] == ["▌ where    Ada", "▌          London"]


@pytest.mark.parametrize(("share", "full"), [(1, 10), (0.5, 5), (0, 0), (7, 10), (-1, 0)])
def test_the_rule_thins_as_time_goes(share, full):
    assert thinning(share, 10, "$leaf").plain == "━" * full + "─" * (10 - full)


def test_one_thing_is_no_things():
    assert (things(1), things(4)) == ("1 thing", "4 things")


def test_a_text_without_room_ends_with_a_clause_of_it():
    why = "KeyError: 'level' in inventory.handlers; tried (six times)"
    assert clause(why, 99) == why
    assert clause(why, 46) == "KeyError: 'level' in inventory.handlers; tried"
    assert clause(why, 30) == "KeyError: 'level'"
    assert clause(why, 12) == "KeyError"
    assert clause(why, 5) == ""
    assert clause("汉字汉字: 汉字", 8) == "汉字汉字"
    assert clause("汉字汉字: 汉字", 7) == ""
