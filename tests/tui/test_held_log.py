"""While the terminal is drawn on, the log waits."""

import io
import logging
import sys

import pytest

from micromart_tui import held_log
from micromart_tui.held_log import log_held_back


def test_what_is_logged_meanwhile_follows_and_what_comes_later_is_written_at_once(monkeypatch):
    stderr = log_to_a_stderr(monkeypatch)
    log = logging.getLogger("micromart.held")

    with log_held_back():
        log.warning("meanwhile")
        assert stderr.getvalue() == ""
    assert stderr.getvalue() == "meanwhile\n"
    log.warning("later")

    assert stderr.getvalue() == "meanwhile\nlater\n"


def test_it_follows_a_crash_too(monkeypatch):
    stderr = log_to_a_stderr(monkeypatch)

    def crash():
        with log_held_back():
            logging.getLogger("micromart.held").warning("before the crash")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        crash()

    assert stderr.getvalue() == "before the crash\n"


def test_of_very_much_the_last_is_kept(monkeypatch):
    stderr = log_to_a_stderr(monkeypatch)
    monkeypatch.setattr(held_log, "KEPT_LINES", 2)

    with log_held_back():
        for each in ("one", "two", "three"):
            logging.getLogger("micromart.held").warning(each)

    assert stderr.getvalue() == "two\nthree\n"


def log_to_a_stderr(monkeypatch) -> io.StringIO:
    """Begin to log to a stderr that can be read; by the test itself, since pytest changes it before each."""
    stderr = io.StringIO()
    monkeypatch.setattr(sys, "stderr", stderr)
    monkeypatch.setattr(logging.getLogger("micromart"), "handlers", [logging.StreamHandler(stderr)])
    return stderr
