"""Registering and signing in as a person at a terminal does it."""

import os
import sys
from pathlib import Path

import pexpect
import pytest

from tests.elsewhere import beside_the_database

PASSWORD = "canary kettle on the hob"


@pytest.fixture
def terminal(home, home_elsewhere):
    """Start verbs on a terminal of their own."""
    opened = []

    def start(*words: str):
        env = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2]), "TERM": "dumb", "COLUMNS": "200"}
        env |= home_elsewhere.asked(words, env)
        child = pexpect.spawn(
            sys.executable, ["-m", "micromart_cli.main", *words], env=env, timeout=30, encoding="utf-8"
        )
        opened.append(child)
        return child

    yield start
    for child in opened:
        child.close(force=True)


@beside_the_database("enter takes the code from the letter of an offline shop, which lies beside that shop")
def test_registering_costs_a_name_an_address_a_password_and_one_enter(terminal):
    child = terminal("auth", "register")
    child.expect("User name: ")
    child.sendline("ann")
    child.expect("E-mail: ")
    child.sendline("ann@example.org")
    child.expect_exact("Password (12 signs or more): ")
    child.sendline("short")
    child.expect_exact("This password is too weak. It has 5 characters")
    child.expect_exact("Password (12 signs or more): ")
    child.sendline(PASSWORD)
    child.expect(r"This shop is offline.*Your code: (\S+)\r\n")
    code = child.match[1]
    child.expect_exact(f"Code [{code}]: ")
    child.sendline("")
    child.expect_exact("Signed in as ann.")
    child.expect(pexpect.EOF)
    child.close()

    assert child.exitstatus == 0
    again = terminal("auth", "status", "--json")
    again.expect_exact('"user": "ann"')


def test_a_typed_password_is_not_shown(terminal):
    child = terminal("auth", "login", "--username", "nobody")
    child.expect("Password: ")
    child.sendline(PASSWORD)
    child.expect("the password is wrong")
    shown = child.before
    child.expect(pexpect.EOF)
    child.close()

    assert child.exitstatus == 6
    assert "canary" not in shown + child.before


def test_ctrl_c_at_the_password_leaves_a_line_of_its_own(terminal):
    child = terminal("auth", "login", "--username", "nobody")
    child.expect("Password: ")
    child.sendintr()
    child.expect(pexpect.EOF)
    child.close()

    assert (child.before, child.exitstatus) == ("\r\n", 130)


def test_ctrl_d_instead_of_a_name_ends_as_ctrl_c_does(terminal):
    child = terminal("auth", "login")
    child.expect("User name: ")
    child.sendeof()
    child.expect(pexpect.EOF)
    child.close()

    assert (child.before.replace("^D\b\b", ""), child.exitstatus) == ("\r\n", 130)
