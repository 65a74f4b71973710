"""What happens only on a terminal: questions, colours, the shop itself."""

import os
import sys
from pathlib import Path

import pexpect
import pytest

CHECKOUT = Path(__file__).parents[2]
WITH_VASES = """
import sys
from micromart_cli import nouns
from micromart_cli.main import main
from tests.cli import vases
sys.modules["micromart_cli.commands.vase"] = vases
nouns.NOUNS["vase"] = "for this test"
sys.exit(main(sys.argv[1:]))
"""


@pytest.fixture
def terminal(home, home_elsewhere):
    """A function that starts a command line on a terminal of its own."""
    started = []

    def start(
        *words: str, script: str = "from micromart_cli.main import main; import sys; sys.exit(main())", **env: str
    ):
        env = {**os.environ, "PYTHONPATH": str(CHECKOUT), "TERM": "xterm-256color", **env}
        child = pexpect.spawn(
            sys.executable,
            ["-W", "ignore", "-c", script, *words],
            env=env | home_elsewhere.asked(words or ("shop",), env),
            encoding="utf-8",
            timeout=30,
            dimensions=(30, 80),
        )
        started.append(child)
        return child

    yield start
    for child in started:
        child.close(force=True)


def ended(child: pexpect.spawn) -> tuple[int, str]:
    said = child.read()
    child.wait()
    return child.exitstatus, said


@pytest.mark.parametrize(("answer", "code"), [("y", 0), ("yes", 0), ("n", 1), ("", 1)])
def test_destroying_asks_and_only_yes_is_yes(terminal, answer, code):
    child = terminal("vase", "crush", "vase_1", script=WITH_VASES)

    child.expect_exact("Crush vase_1? [y/N] ")
    child.sendline(answer)

    assert ended(child)[0] == code


def test_yes_is_not_asked_again(terminal):
    code, said = ended(terminal("vase", "crush", "vase_1", "--yes", script=WITH_VASES))

    assert code == 0
    assert "Crush" not in said


def test_ctrl_c_at_a_question_changes_nothing(terminal):
    child = terminal("vase", "crush", "vase_1", script=WITH_VASES)

    child.expect_exact("[y/N] ")
    child.sendintr()

    assert ended(child)[0] == 130


def test_a_terminal_is_coloured_and_no_color_is_respected(terminal):
    assert "\x1b[" in ended(terminal("cart", "show"))[1]
    assert "\x1b[" not in ended(terminal("cart", "show", NO_COLOR="1"))[1]
    assert "\x1b[" not in ended(terminal("cart", "show", TERM="dumb"))[1]


def test_a_table_keeps_to_the_width_of_the_terminal(terminal):
    _, said = ended(terminal("config", "list", "--origin", NO_COLOR="1"))

    assert max(len(line) for line in said.splitlines()) <= 80


def test_the_bare_command_opens_the_shop(terminal):
    child = terminal()
    child.expect_exact("add to cart")
    child.send("q")

    assert ended(child)[0] == 0
