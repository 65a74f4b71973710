"""Signing in from the command line: the contract's options, exit codes and shapes, and no secret anywhere."""

import re
from pathlib import Path

import pytest

PASSWORD = "canary kettle on the hob"
ANOTHER = "canary herons in one boat"
SESSION = ["signed_in", "user", "email", "permissions", "issuer", "expires_at", "token_store"]


def newest_code(home: Path) -> str:
    """The code of the newest letter in the Maildir of the home's shop."""
    letters = sorted((home / "data" / "outbox" / "new").iterdir(), key=lambda path: path.stat().st_mtime_ns)
    return re.search(r"code: (\S+)", letters[-1].read_text())[1]


def session_file(home: Path) -> Path:
    """Where this home keeps its one session: beside its own shop's, or in the folder of the shop elsewhere."""
    [file] = (home / "state").rglob("session.json")
    return file


def register(cli, home, name="ann"):
    asked = cli(
        "auth", "register", "--username", name, "--email", f"{name}@example.org", "--password-stdin", stdin=PASSWORD
    )
    assert asked.code == 0, asked.err
    assert cli("auth", "verify", newest_code(home)).code == 0


def login(cli, name="ann", password=PASSWORD, *words):
    return cli("auth", "login", "--username", name, "--password-stdin", *words, stdin=f"{password}\n")


def test_register_verify_login_status_logout(cli, home):
    register(cli, home)

    signed_in = login(cli, "ann", PASSWORD, "--json")
    assert signed_in.code == 0
    assert list(signed_in.json) == SESSION
    assert (signed_in.json["signed_in"], signed_in.json["user"]) == (True, "ann")
    assert "order:place" in signed_in.json["permissions"]
    assert cli("auth", "status", "--json").json == signed_in.json
    assert cli("profile", "show", "--json").json["email"] == "ann@example.org"

    assert cli("auth", "logout", "--json").json["signed_in"] is False
    assert cli("auth", "status", "--json").json["user"] is None
    assert cli("profile", "show").code == 6


def test_where_a_script_signs_in_by_itself_nobody_else_does(cli, home, monkeypatch):
    register(cli, home)
    monkeypatch.setenv("MICROMART_AUTOMATION__CLIENT_ID", "nightly")

    refused = login(cli, "ann", PASSWORD, "--json")

    assert (refused.code, "nightly" in refused.error["message"]) == (2, True)
    monkeypatch.delenv("MICROMART_AUTOMATION__CLIENT_ID")
    assert cli("auth", "status", "--json").json["signed_in"] is False


def test_status_of_a_guest(cli):
    told = cli("auth", "status", "--json")

    assert told.code == 0
    assert list(told.json) == SESSION
    assert (told.json["signed_in"], told.json["permissions"]) == (False, ["cart:own"])


def test_logging_out_twice_is_nothing_to_do(cli):
    assert cli("auth", "logout").code == 0
    assert cli("auth", "logout", "--exit-nothing").code == 8


def test_a_wrong_password_is_6_and_too_many_are_75(cli, home):
    register(cli, home)

    told = [login(cli, "ann", ANOTHER, "--json") for _ in range(6)]

    assert [ran.code for ran in told] == [6] * 5 + [75]
    assert [ran.error["code"] for ran in told] == ["sign_in.wrong"] * 5 + ["sign_in.paused"]
    assert told[-1].error["details"]["seconds"] > 0


def test_an_unknown_name_looks_like_a_wrong_password(cli, home):
    register(cli, home)

    unknown, wrong = login(cli, "nobody", ANOTHER, "--json"), login(cli, "ann", ANOTHER, "--json")

    assert {key: unknown.error[key] for key in ("code", "message", "why", "try", "details")} == {
        key: wrong.error[key] for key in ("code", "message", "why", "try", "details")
    }


def test_a_weak_password_is_4(cli):
    words = ("auth", "register", "--username", "ann", "--email", "ann@example.org", "--password-stdin", "--json")

    for weak in ("short", "password1234", "x" * 129):
        ran = cli(*words, stdin=weak)
        assert (ran.code, ran.error["code"]) == (4, "password.weak")


def test_a_dead_code_is_4(cli):
    ran = cli("auth", "verify", "AAAA-BBBB-CCCC", "--json")

    assert (ran.code, ran.error["code"]) == (4, "code.dead")


def test_a_lost_password_is_recovered(cli, home):
    register(cli, home)
    login(cli)

    known = cli("auth", "recover", "--email", "ann@example.org", "--json")
    unknown = cli("auth", "recover", "--email", "nil@example.org", "--json")
    assert (known.code, unknown.code) == (0, 0)
    assert (known.out + known.err).replace("ann@", "nil@") == unknown.out + unknown.err
    code = newest_code(home)

    assert cli("auth", "recover", code, "--password-stdin", stdin=ANOTHER).code == 0
    assert cli("profile", "show").code == 6
    assert login(cli).code == 6
    assert login(cli, "ann", ANOTHER).code == 0
    assert cli("auth", "recover", code, "--password-stdin", stdin=PASSWORD).code == 4


def test_registering_sounds_the_same_for_a_taken_address(cli, home):
    register(cli, home)

    again = cli(
        "auth", "register", "--username", "ann", "--email", "ann@example.org", "--password-stdin", stdin=PASSWORD
    )
    fresh = cli(
        "auth", "register", "--username", "nil", "--email", "nil@example.org", "--password-stdin", stdin=PASSWORD
    )

    assert again.code == fresh.code == 0
    assert (again.out + again.err).replace("ann", "nil") == fresh.out + fresh.err


@pytest.mark.parametrize(
    ("words", "flag"),
    [
        (("login",), "--username"),
        (("login", "--username", "ann"), "--password-stdin"),
        (("register", "--username", "ann"), "--email"),
        (("register", "--username", "ann", "--email", "ann@example.org"), "--password-stdin"),
        (("recover",), "--email"),
        (("recover", "AAAA-BBBB-CCCC"), "--password-stdin"),
    ],
)
def test_without_a_terminal_nothing_is_asked(cli, words, flag):
    ran = cli("auth", *words, "--json", stdin="never read\n")

    assert (ran.code, ran.error["details"]["flag"]) == (2, flag)


def test_there_is_no_option_for_a_password(cli):
    for verb in ("login", "register", "recover"):
        help_text = cli("auth", verb, "--help").out
        assert "--password-stdin" in help_text
        assert not re.search(r"--password(?!-stdin)|--token|--secret", help_text)
        assert cli("auth", verb, "--password", "x").code == 2


def test_nothing_on_stdin_is_no_password(cli):
    assert cli("auth", "login", "--username", "ann", "--password-stdin").code == 2


def test_with_an_issuer_the_local_options_are_refused(cli, monkeypatch):
    monkeypatch.setenv("MICROMART_IDENTITY__ISSUER", "https://id.example.org/realms/shop")

    assert login(cli).code == 2


@pytest.mark.parametrize("option", ["--staff", "--session"])
def test_without_an_issuer_its_options_are_refused(cli, option):
    assert cli("auth", "login", option).code == 2


def test_a_second_sign_in_says_who_was_signed_out(cli, home):
    register(cli, home, "ann")
    register(cli, home, "bob")
    login(cli, "ann")

    assert "ann was signed out." in login(cli, "bob").err
    assert "was signed out" not in login(cli, "bob").err


def test_the_cart_comes_along_and_stays_the_persons(cli, home):
    register(cli, home)
    sku = cli("product", "list", "--in-stock", "--json").json["items"][0]["sku"]
    cli("cart", "add", sku, "--quantity", "2")

    login(cli)
    assert cli("cart", "show", "--json").json["lines"][0]["quantity"] == 2
    assert cli("cart", "show", "--json").json["owner"] == "user"

    cli("auth", "logout")
    assert cli("cart", "show", "--json").json["lines"] == []


def test_an_unsafe_session_file_is_refused_with_the_way_out(cli, home):
    register(cli, home)
    login(cli)
    session_file(home).chmod(0o644)

    ran = cli("auth", "status", "--json")

    assert (ran.code, ran.error["code"]) == (1, "home.session_unsafe")
    assert "session.json" in ran.error["try"]


def test_canary_secrets_are_in_no_output_and_no_file_but_their_own(cli, home):
    register(cli, home)
    told = [
        login(cli, "ann", ANOTHER, "-vv"),
        login(cli, "ann", PASSWORD, "-vv"),
        cli("auth", "status", "-vv", "--json"),
    ]
    token = re.search(r'"token":"([^"]+)"', session_file(home).read_text())[1]
    told += [cli("profile", "show", "-vv"), cli("auth", "logout", "-vv")]

    for ran in told:
        assert not re.search("canary", ran.out + ran.err)
        assert token not in ran.out + ran.err
    for path in home.rglob("*"):
        if path.is_file():
            body = path.read_bytes()
            assert b"canary" not in body, path
            assert token.encode() not in body, path
