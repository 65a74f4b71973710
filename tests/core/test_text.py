"""Nobody's text can drive another person's terminal."""

import unicodedata

import pyte
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from rich.console import Console
from rich.text import Text

from micromart_core.errors import InvalidValue
from micromart_core.text import MOST_MARKS, clean_line, clean_text, terminal_text

HOSTILE = st.text(
    alphabet=st.one_of(
        st.sampled_from(
            "\x1b\x07\x9b\x9d\x00\r\n\t\x08\x7f\u202e\u2066\u200b\u200d\u0301\u2028\U000e0041\ud800]0;[2Jm"
        ),
        st.characters(exclude_categories=[]),
    ),
    max_size=60,
)
ATTACKS = [
    "\x1b]0;owned\x07",
    "\x1b[2J\x1b[H",
    "\x9b31mred",
    "\x1b]8;;http://evil\x1b\\click\x1b]8;;\x1b\\",
    "price \u202e00.91",
    "a" + "\u0301" * 40,
    "\U000e0041\u2028\ud800",
]


@pytest.mark.parametrize("attack", ATTACKS)
def test_known_attacks_lose_their_teeth(attack):
    shown = terminal_text(attack)

    assert not any(unicodedata.category(character) in {"Cc", "Cf", "Cs", "Zl", "Zp"} for character in shown)
    assert len([1 for character in shown if unicodedata.combining(character)]) <= MOST_MARKS


def test_an_escape_stays_visible_as_a_picture():
    assert terminal_text("a\x1b[31mb\x7f\x9b") == "a␛[31mb␡\N{REPLACEMENT CHARACTER}"


def test_ordinary_text_of_any_script_comes_through_unchanged():
    for text in ["Null Mug", "Café São", "می‌خواهم", "สวัสดี", "👩‍💻 👍🏽", "ソフトウェア", "हिन्दी"]:
        assert terminal_text(unicodedata.normalize("NFC", text)) == unicodedata.normalize("NFC", text)


def test_newlines_pass_only_where_they_are_allowed():
    assert terminal_text("a\nb", newlines=True) == "a\nb"
    assert terminal_text("a\nb") == "a␊b"


def test_a_mark_without_a_letter_does_not_climb_onto_our_own_text():
    assert terminal_text("\u0301a") == "◌\u0301a"


@given(HOSTILE, st.booleans())
@example("\u0958\u200b\u0301", False)
@settings(max_examples=400)
def test_making_harmless_twice_changes_nothing(text, newlines):
    once = terminal_text(text, newlines=newlines)

    assert terminal_text(once, newlines=newlines) == once


@given(HOSTILE)
@settings(max_examples=400)
def test_whatever_was_written_the_terminal_only_sees_our_own_sequences(text):
    shown = terminal_text(text)
    console = Console(force_terminal=True, width=200, color_system="standard", legacy_windows=False)

    with console.capture() as captured:
        console.print(Text(shown, style="red"), end="", soft_wrap=True)

    assert captured.get() in {f"\x1b[31m{shown}\x1b[0m", ""}
    shown.encode()  # no lone surrogate is left


@given(HOSTILE)
@settings(max_examples=150)
def test_the_cursor_title_and_colours_of_a_real_screen_stay_ours(text):
    screen = pyte.Screen(400, 3)
    stream = pyte.Stream(screen)
    stream.feed("ours|" + terminal_text(text))

    assert screen.title == ""
    assert screen.cursor.y == 0
    assert screen.display[0].startswith("ours|")
    assert screen.cursor.attrs.fg == "default"
    assert screen.mode == pyte.Screen(400, 3).mode


@given(HOSTILE)
@settings(max_examples=400)
def test_what_is_accepted_at_writing_is_shown_as_it_is(text):
    try:
        line = clean_line("name", text, longest=100)
    except InvalidValue:
        return
    assert terminal_text(line) == line


def test_a_line_is_stripped_and_composed():
    assert clean_line("name", "  Cafe\u0301 ", longest=4) == "Café"


@pytest.mark.parametrize("attack", [*ATTACKS, "two\nlines", "tab\there", "zero\u200bwidth", "\x00"])
def test_a_line_with_anything_else_is_refused_and_not_repeated(attack):
    with pytest.raises(InvalidValue) as refused:
        clean_line("name", attack, longest=100)

    told = refused.value.message + refused.value.why
    assert told == terminal_text(told)
    assert "name" in refused.value.message


def test_lengths_are_held():
    with pytest.raises(InvalidValue, match="too long"):
        clean_line("name", "x" * 11, longest=10)
    with pytest.raises(InvalidValue, match="empty"):
        clean_line("name", "   ", longest=10)
    assert clean_line("name", "   ", longest=10, required=False) == ""


def test_text_of_several_lines_keeps_them():
    assert clean_text("description", " a\r\n\tb ", longest=20) == "a\n    b"
    with pytest.raises(InvalidValue):
        clean_text("description", "a\x1b[2Jb", longest=20)
