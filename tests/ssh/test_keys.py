"""What a client types: what the driver relies on of Textual's private parser; and nothing that is sent breaks it."""

from hypothesis import given
from hypothesis import strategies as some
from textual import events

from micromart_daemon.ssh.driver import LONGEST_SILENCE, Keys


def named(messages) -> list[str]:
    return [message.key for message in messages if isinstance(message, events.Key)]


def test_keys_arrows_and_letters_of_any_alphabet_are_read():
    assert named(Keys().read("aß水".encode())) == ["a", "ß", "水"]
    assert named(Keys().read(b"\r\t\x7f\x03\x10")) == ["enter", "tab", "backspace", "ctrl+c", "ctrl+p"]
    assert named(Keys().read(b"\x1b[A\x1b[6~\x1bOP")) == ["up", "pagedown", "f1"]


def test_what_comes_in_pieces_is_put_together():
    keys = Keys()

    assert named(keys.read(b"\xc3")) == []
    assert named(keys.read(b"\x9f\x1b")) == ["ß"]
    assert named(keys.read(b"[B")) == ["down"]


def test_a_lone_escape_is_the_key_once_nothing_more_came(monkeypatch):
    moment = [100.0]
    monkeypatch.setattr("textual._parser.get_time", lambda: moment[0])
    keys = Keys()

    assert keys.read(b"\x1b") == []
    assert keys.end_sequence() == []
    moment[0] += 0.12
    assert named(keys.end_sequence()) == ["escape"]


def test_the_mouse_and_pastes_are_read():
    (click,) = Keys().read(b"\x1b[<0;10;5M")
    assert (type(click), click.x, click.y) == (events.MouseDown, 9, 4)
    (paste,) = Keys().read(b"\x1b[200~two\rlines\x1b[201~")
    assert (type(paste), paste.text) == (events.Paste, "two\rlines")


@given(
    some.lists(
        some.one_of(
            some.binary(max_size=40),
            some.sampled_from(
                [b"\x1b[", b"\x1b[<", b"\x1b[200~", b"\x1b[201~", b"\x1b[48;", b";", b"u", b"R", b"M", b"9" * 20]
            ),
        )
    )
)
def test_whatever_a_client_sends_no_key_breaks_the_reading(pieces):
    keys = Keys()
    for piece in pieces:
        keys.read(piece)
    keys._begin()

    assert named(keys.read(b"a")) == ["a"]


def test_numbers_beyond_all_measure_are_no_key_and_the_next_one_is():
    keys = Keys()
    for sent in (b"\x1b[99999999999999u", b"\x1b[48;9;0;9;9t\x1b[<0;3;3M", b"\x1b[<0;" + b"9" * 24 + b";1M"):
        keys.read(sent)
        keys.read(b"\x1b")
        assert named(keys.read(b"[A")) == ["up"]


def test_a_paste_without_an_end_is_thrown_away():
    keys = Keys()
    keys.read(b"\x1b[200~")
    for _ in range(LONGEST_SILENCE // 1024 + 1):
        keys.read(b"x" * 1024)

    assert named(keys.read(b"a")) == ["a"]
