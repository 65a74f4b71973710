"""Colours, signs and sizes are those of each session's own terminal, whatever it claims."""

import re

import pytest
from rich.color import ColorSystem

from micromart_daemon.screen_size import TALLEST, WIDEST
from micromart_daemon.ssh.terminal import terminal_of

ALL, MANY = re.compile(rb"[34]8;2;"), re.compile(rb"[34]8;5;")
SHADE = re.compile(rb"[34]8;2;(\d+);(\d+);(\d+)")


@pytest.mark.parametrize(
    ("kind", "told", "colours"),
    [
        ("xterm-256color", {"COLORTERM": "truecolor"}, ColorSystem.TRUECOLOR),
        ("xterm-256color", {"COLORTERM": "24bit"}, ColorSystem.TRUECOLOR),
        ("xterm-kitty", {}, ColorSystem.TRUECOLOR),
        ("xterm-direct", {}, ColorSystem.TRUECOLOR),
        ("xterm-256color", {}, ColorSystem.EIGHT_BIT),
        ("tmux", {}, ColorSystem.EIGHT_BIT),
        ("linux", {}, ColorSystem.STANDARD),
        ("vt220", {"COLORTERM": "yes"}, ColorSystem.STANDARD),
    ],
)
def test_colours_follow_from_what_the_client_says(kind, told, colours):
    assert terminal_of(kind, 80, 24, told).colours == colours


@pytest.mark.parametrize(
    ("told", "is_ascii"),
    [({}, False), ({"LANG": "de_AT.UTF-8"}, False), ({"LANG": "C"}, True), ({"LC_ALL": "C", "LANG": "x.utf8"}, True)],
)
def test_signs_follow_from_the_locale(told, is_ascii):
    assert terminal_of("xterm", 80, 24, told).is_ascii is is_ascii


def test_sizes_that_nobody_has_are_made_usual_or_cut():
    assert (terminal_of("xterm", 0, 0, {}).width, terminal_of("xterm", 0, 0, {}).height) == (80, 24)
    huge = terminal_of("xterm", 2**32 - 1, 2**32 - 1, {})
    assert (huge.width, huge.height) == (WIDEST, TALLEST)
    assert (huge.resized(1, 2**31).width, huge.resized(1, 2**31).height) == (1, TALLEST)


@pytest.mark.anyio
async def test_sessions_of_one_process_each_draw_in_their_own_colours(service):
    truly = {"COLORTERM": "truecolor"}
    came = []
    grey = truly | {"NO_COLOR": "1"}
    for term, env in (("xterm", truly), ("xterm", {}), ("linux", {}), ("xterm", truly), ("xterm", grey)):
        async with service.connected() as guest, service.window(guest, term=term, env=env) as window:
            await window.sees("Null Mug")
            window.press("c")
            await window.sees("Nothing here yet.")
            came.append(bytes(window.came))

    assert [bool(ALL.search(each)) for each in came] == [True, False, False, True, True]
    assert [bool(MANY.search(each)) for each in came[:3]] == [False, True, False]
    assert re.search(rb"\x1b\[[0-9;]*3[0-7]", came[2])
    assert all(red == green == blue for red, green, blue in SHADE.findall(came[4]))


@pytest.mark.anyio
async def test_a_terminal_of_ascii_gets_ascii(service):
    async with service.connected() as guest, service.window(guest, env={"LANG": "C"}) as window:
        await window.sees("Null Mug")
        assert window.came.isascii()


@pytest.mark.anyio
async def test_a_terminal_changes_its_size_and_a_hostile_one_harms_nobody(service):
    async with service.connected() as guest, service.window(guest, "cart") as window:
        await window.sees("Nothing here yet.")
        window.resize(20, 5)
        await window.sees_no_more("Nothing here yet.")
        for width, height in ((2**32 - 1, 2**32 - 1), (0, 0), (1, 1), (2**31, 1)):
            window.process.change_terminal_size(width, height)
        window.resize(100, 30)
        await window.sees("Nothing here yet.")
        async with service.connected() as other, service.window(other, size=(2**32 - 1, 2**32 - 1)) as wide:
            wide._screen.resize(TALLEST, WIDEST)
            await wide.sees("Null Mug")
