"""The words of a letter, wrapped for a narrow sheet."""

from micromart_tui.admin.letter_rows import letter_rows

LETTER = """Dear Alan,

we have your order, and what you picked is yours.

        $19.00   1 × Night Shift
         $4.50   1 × Cold Boot

        $23.50   total

It goes to
    Alan Turing"""


def rows(width: int, text: str = LETTER) -> list[str]:
    return [each.plain for each in letter_rows(text, width)]


def test_a_letter_that_fits_is_left_as_it_was_written():
    assert rows(72) == LETTER.split("\n")


def test_amounts_give_up_their_margin_before_a_row_is_wrapped_and_stay_below_each_other():
    drawn = rows(30)

    assert "      $19.00   1 × Night Shift" in drawn
    assert "       $4.50   1 × Cold Boot" in drawn
    assert "      $23.50   total" in drawn
    assert max(map(len, drawn)) <= 30


def test_a_name_that_is_too_long_goes_on_below_where_it_began():
    drawn = rows(24, "        $19.00   1 × A very long Night Shift indeed")

    assert drawn == ["$19.00   1 × A very long", "         Night Shift", "         indeed"]


def test_prose_broken_for_a_wider_sheet_is_broken_anew():
    text = (
        "Still want them? For seven days you can take back whatever nobody else has\n"
        "taken, at once:\n\n    micromart cart restore\n\nThank you.\nThe people at MicroMart, who wish you a good day"
    )

    assert rows(36, text) == [
        "Still want them? For seven days you",
        "can take back whatever nobody else",
        "has taken, at once:",
        "",
        "    micromart cart restore",
        "",
        "Thank you.",
        "The people at MicroMart, who wish",
        "you a good day",
    ]


def test_what_is_set_in_goes_on_set_in():
    assert rows(24, "    Alan Mathison Turing of Bletchley") == ["    Alan Mathison Turing", "    of Bletchley"]


def test_no_letter_drives_the_terminal():
    assert "\x1b" not in "".join(rows(40, "\x1b[31mred"))
