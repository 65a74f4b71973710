"""Letters behind an answer: waited for a moment, never for a server that hangs."""

import logging
from threading import Event
from types import SimpleNamespace

import pytest

from micromart_cli import letters_along
from micromart_cli.letters_along import send_letters_along
from micromart_cli.sign_in_here import SignInHere
from micromart_core.errors import Unavailable
from micromart_core.home import Home


class Doors:
    """A shop whose letters are sent by what the test says."""

    def __init__(self, send) -> None:
        self.send_mail = send


def test_what_is_sent_is_waited_for():
    sent = []

    send_letters_along(Doors(lambda: sent.append("a letter")))

    assert sent == ["a letter"]


def test_a_server_that_never_answers_keeps_nobody(monkeypatch):
    monkeypatch.setattr(letters_along, "PATIENCE_SECONDS", 0.01)
    never = Event()

    send_letters_along(Doors(never.wait))

    assert not never.is_set()
    never.set()


def test_a_shop_that_is_away_is_noted_and_no_failure(caplog):
    def away():
        raise Unavailable("The database cannot be reached.", why="nobody answers")

    with caplog.at_level(logging.WARNING):
        send_letters_along(Doors(away))

    assert "letters wait: The database cannot be reached." in caplog.text


def test_on_a_screen_too_what_was_asked_for_is_done_when_its_letters_cannot_leave(tmp_path, caplog):
    def away():
        raise Unavailable("The database cannot be reached.", why="nobody answers")

    home = Home(*(tmp_path / name for name in ("config", "data", "state", "cache")))
    here = SignInHere(lambda: SimpleNamespace(send_mail_along=away), home)

    with caplog.at_level(logging.WARNING):
        here.send_letters()

    assert "letters wait: The database cannot be reached." in caplog.text


def test_a_bug_is_told_by_the_verb():
    def crack():
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        send_letters_along(Doors(crack))
