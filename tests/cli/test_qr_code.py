"""The picture of an address in the terminal: every square where it belongs, or no picture at all."""

import io
import sys

import pytest
import segno

from micromart_cli.qr_code import qr_code

ADDRESS = "https://id.example.org/realms/micromart/device?user_code=ABCD-EFGH"
DARK = {"█": (0, 0), "▀": (0, 1), "▄": (1, 0), " ": (1, 1)}


@pytest.fixture
def terminal(monkeypatch):
    def of(columns: int, lines: int, encoding: str = "utf-8"):
        monkeypatch.setenv("COLUMNS", str(columns))
        monkeypatch.setenv("LINES", str(lines))
        monkeypatch.setattr(sys, "stderr", io.TextIOWrapper(io.BytesIO(), encoding=encoding))

    return of


def test_every_square_is_where_it_belongs(terminal):
    terminal(100, 50)

    lines = qr_code(ADDRESS, "never").splitlines()

    rows = [[DARK[sign][half] for sign in line] for line in lines for half in (0, 1)]
    wanted = [list(row) for row in segno.make_qr(ADDRESS, error="l").matrix_iter(border=2)]
    assert rows[: len(wanted)] == wanted
    assert all(not any(row) for row in rows[len(wanted) :])


def test_it_is_black_on_white_whatever_the_terminals_colours_are(terminal):
    terminal(100, 50)

    for line in qr_code(ADDRESS, "always").splitlines():
        assert (line[:8], line[-4:]) == ("\x1b[97;40m", "\x1b[0m")


@pytest.mark.parametrize("window", [(30, 50), (100, 10), (100, 50, "ascii")])
def test_where_it_would_be_cut_or_garbled_there_is_none(terminal, window):
    terminal(*window)

    assert qr_code(ADDRESS, "never") is None
