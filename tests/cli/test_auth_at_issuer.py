"""Signing in at the real Keycloak from the command line: the contract, and what a role taken away there ends here."""

import json
import os
import signal
import sqlite3
import stat
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pexpect
import pytest

from micromart_core.adapters.keycloak.token_store import TokenStore
from micromart_core.clock import utc_now
from micromart_core.home import Home
from tests.cli.at_issuer import settings_of
from tests.elsewhere import IS_ASKED_FOR

pytestmark = pytest.mark.servers
SESSION = ["signed_in", "user", "email", "permissions", "issuer", "expires_at", "token_store"]
ADJUST = ("--by", "5", "--reason", "delivery")
BELIEVED_FOR = 10.5 if IS_ASKED_FOR else 0.0
"""Seconds for which a process that runs on, as a gateway does, believes what it was told of staff, and a moment."""


@pytest.fixture
def env(keycloak, home):
    return settings_of(keycloak)


@pytest.fixture
def run(micromart, env):
    def run(*words: str, expect: int = 0, **more: str):
        ran = micromart(*words, env=env | more)
        assert ran.code == expect, (words, ran.err)
        return ran

    return run


@pytest.fixture
def sku(run):
    return run("product", "list", "-o", "ids", "--limit", "1").out.strip()


def test_staff_work_ends_with_the_role_at_the_issuer(keycloak, env, run, sku, sign_in):
    clerk = keycloak.person("stock-clerk")
    session = sign_in(clerk, env).json
    assert "stock:adjust" in session["permissions"]
    before = run("stock", "show", sku, "--json").json["on_hand"]

    level = run("stock", "adjust", sku, *ADJUST, "--json").json
    assert level["on_hand"] == before + 5
    [move] = run("stock", "history", sku, "--limit", "1", "--json").json["items"]
    assert (move["change"], move["actor"]) == (5, clerk.name)

    role = keycloak.role("stock-clerk")
    keycloak.admin("DELETE", f"/users/{keycloak.id_of(clerk)}/role-mappings/realm", [role])
    time.sleep(BELIEVED_FOR)
    run("stock", "adjust", sku, *ADJUST, expect=7)

    keycloak.admin("PUT", f"/users/{keycloak.id_of(clerk)}", {"enabled": False})
    time.sleep(BELIEVED_FOR)
    refused = run("stock", "adjust", sku, *ADJUST, "--json", expect=6)
    assert refused.error["code"] == "identity.over"
    assert run("product", "show", sku, "--json").json["stock"]["on_hand"] == before + 5


def test_a_host_without_the_secret_of_the_shop_serves_no_staff(keycloak, env, run, sku, sign_in):
    sign_in(keycloak.person("stock-clerk"), env)
    wrong = run("stock", "adjust", sku, *ADJUST, expect=1, MICROMART_IDENTITY__CORE_CLIENT_SECRET="wrong")
    assert "identity" in wrong.err

    none = run("stock", "adjust", sku, *ADJUST, "--json", expect=2, MICROMART_IDENTITY__CORE_CLIENT_SECRET="")
    assert none.error["code"] == "identity.staff_not_served"
    run("cart", "add", sku, MICROMART_IDENTITY__CORE_CLIENT_SECRET="")


def test_status_says_who_until_when_and_where_it_is_kept(keycloak, env, run, home_at_shop, sign_in):
    ann = keycloak.person()
    assert run("auth", "status", "--json").json["signed_in"] is False

    signed_in = sign_in(ann, env)

    assert list(signed_in.json) == SESSION
    facts = (signed_in.json["user"], signed_in.json["email"], signed_in.json["issuer"], signed_in.json["token_store"])
    assert facts == (ann.name, ann.email, keycloak.issuer, "file")
    assert run("auth", "status", "--json").json == signed_in.json
    [kept] = (home_at_shop.state / "identity").glob("*.json")
    assert (stat.S_IMODE(kept.stat().st_mode), stat.S_IMODE(kept.parent.stat().st_mode)) == (0o600, 0o700)


def test_a_sign_in_that_is_kept_in_memory_is_forgotten_by_the_verb_which_says_so(
    keycloak, env, run, home_at_shop, sign_in
):
    ann, in_memory = keycloak.person(), {"MICROMART_IDENTITY__TOKEN_STORE": "memory"}

    signed_in = sign_in(ann, env | in_memory)

    assert (signed_in.code, signed_in.json["user"], signed_in.json["token_store"]) == (0, ann.name, "memory")
    assert "forgotten when this command ends" in signed_in.err
    assert not (home_at_shop.state / "identity").exists()
    status = run("auth", "status", "--json", **in_memory)
    assert (status.json["signed_in"], "identity.token_store is memory" in status.err) == (False, True)
    assert "token_store" not in run("auth", "status", "--json").err
    assert "auto, file, memory" in run("auth", "status", expect=2, MICROMART_IDENTITY__TOKEN_STORE="disk").err


def test_logging_out_ends_it_at_the_issuer_and_here(keycloak, env, run, home_at_shop, sign_in):
    sign_in(keycloak.person(), env)
    [kept] = (home_at_shop.state / "identity").glob("*.json")
    refresh_token = json.loads(kept.read_text())["refresh_token"]

    assert "at the sign-in server and here" in run("auth", "logout").err

    assert keycloak.refresh(refresh_token).error == "invalid_grant"
    assert not kept.exists()
    assert run("auth", "status", "--json").json["signed_in"] is False
    run("auth", "logout", "--exit-nothing", expect=8)
    assert [each["action"] for each in audit(run)][:2] == ["session.sign_out", "session.sign_in"]


def audit(run):
    """What the trail says, newest first, read beside the shop."""
    home = Path(os.environ["MICROMART_HOME"])
    with sqlite3.connect(home / "data" / "shop.db") as database:
        rows = database.execute("SELECT action, actor FROM audit_trail ORDER BY id DESC").fetchall()
    return [{"action": action, "actor": actor} for action, actor in rows]


def test_logging_out_while_the_issuer_is_down_says_so(keycloak, env, run, home_at_shop, sign_in):
    sign_in(keycloak.person(), env)
    [kept] = (home_at_shop.state / "identity").glob("*.json")
    down = closed_for(keycloak, kept, home_at_shop)

    told = run("auth", "logout", MICROMART_IDENTITY__ISSUER=down)

    assert "here only" in told.err
    assert list((home_at_shop.state / "identity").glob("*.json")) == []


def closed_for(keycloak, kept: Path, home_at_shop: Home) -> str:
    """Make the sign-in one of an issuer at which nobody listens, and return that."""
    issuer = keycloak.issuer.replace(keycloak.url, "http://127.0.0.1:1")
    held = json.loads(kept.read_text()) | {"issuer": issuer}
    store = TokenStore(home_at_shop, issuer, "micromart-cli", utc_now)
    kept.rename(store.file)
    store.file.write_text(json.dumps(held))
    return issuer


def test_while_the_issuer_is_down_people_look_and_fill_carts(run, sku):
    down = {"MICROMART_IDENTITY__ISSUER": "http://127.0.0.1:1/realms/micromart"}

    assert run("product", "show", sku, "--json", **down).json["sku"] == sku
    assert run("cart", "add", sku, "--json", **down).json["lines"]
    assert run("auth", "login", "--json", expect=69, **down).error["code"] == "identity.unreachable"
    assert run("checkout", "--json", expect=6, **down).error["code"] == "sign_in_first"


def test_denied_is_6(keycloak, env, device_login):
    ann, login = keycloak.person(), device_login(env=env)
    ann.open(login.link)
    ann.sign_in()
    ann.deny()

    ran = login.finish()

    assert (ran.code, ran.error["code"], ran.out) == (6, "identity.denied", "")


def test_ctrl_c_is_130_and_whoever_approves_then_signs_nobody_in(keycloak, env, run, device_login):
    ann, login = keycloak.person(), device_login(env=env)
    login.process.send_signal(signal.SIGINT)
    ran = login.finish()
    ann.open(login.link)
    ann.sign_in()
    ann.approve()

    assert (ran.code, ran.out, ran.err) == (130, "", "")
    assert run("auth", "status", "--json").json["signed_in"] is False


def test_a_second_sign_in_replaces_the_first_and_says_whose_it_was(keycloak, env, run, sign_in):
    ann, bob = keycloak.person(), keycloak.person()
    sign_in(ann, env)

    assert f"{ann.name} was signed out." in sign_in(bob, env).err
    assert run("profile", "show", "--json").json["username"] == bob.name


def test_a_planted_cart_shows_its_planter_nothing_after_the_sign_in(
    keycloak, env, run, sku, home, home_elsewhere, sign_in
):
    run("cart", "add", sku)
    home_at_shop = home_elsewhere.home_at_shop(home)
    planted = (home_at_shop.state / "cart-secret").read_text()

    sign_in(keycloak.person(), env)
    assert run("cart", "show", "--json").json["lines"][0]["sku"] == sku

    assert (home_at_shop.state / "cart-secret").read_text() != planted
    planter = home.parent / "planter"
    state = home_elsewhere.home_at_shop(planter).state
    state.mkdir(parents=True, mode=0o700)
    (state / "cart-secret").write_text(planted)
    (state / "cart-secret").chmod(0o600)
    there = {"MICROMART_HOME": str(planter), "MICROMART_DATABASE__URL": f"sqlite:///{home / 'data' / 'shop.db'}"}
    assert run("cart", "show", "--json", **there).json["lines"] == []


@pytest.mark.parametrize("words", [["login", "--username", "ann"], ["login", "--password-stdin"], ["verify", "AAAA"]])
def test_what_belongs_on_the_issuers_pages_is_refused(run, words):
    run("auth", *words, expect=2)


def test_a_script_signs_in_by_its_secret_and_leaves_nothing(keycloak, env, run, sku, home_at_shop, tmp_path):
    name, secret = keycloak.automation
    file = tmp_path / "secret"
    file.write_text(f"{secret}\n")
    script = {"MICROMART_AUTOMATION__CLIENT_ID": name, "MICROMART_AUTOMATION__SECRET_FILE": str(file)}

    assert run("auth", "status", "--json", **script).json["user"] == f"client:{name}"
    run("stock", "adjust", sku, *ADJUST, "-q", **script)
    run("checkout", expect=7, **script)
    assert not (home_at_shop.state / "identity").exists()

    file.write_text("wrong\n")
    run("stock", "adjust", sku, *ADJUST, expect=6, **script)


def test_a_session_ends_when_it_is_idle_and_any_other_sign_in_after_thirty_days(keycloak, env, device_login):
    lives = []
    for words in ([], ["--session"]):
        ann, login = keycloak.person(), device_login("login", *words, env=env)
        ann.open(login.link)
        ann.sign_in()
        ann.approve()
        lives.append(datetime.fromisoformat(login.finish().json["expires_at"]) - datetime.now(UTC))

    assert timedelta(days=29) < lives[0] <= timedelta(days=30)
    assert timedelta(minutes=25) < lives[1] <= timedelta(minutes=30)


def test_staff_type_the_code_themselves(env, device_login):
    login = device_login("login", "--staff", env=env)
    login.process.send_signal(signal.SIGINT)
    login.finish()

    assert login.first["verification_uri_complete"] is None
    assert login.first["user_code"] not in login.first["verification_uri"]


@pytest.mark.parametrize("words", [[], ["--staff"]])
def test_a_terminal_shows_address_code_picture_and_time_left(keycloak, env, home_elsewhere, words):
    terminal = {**os.environ, **env, "PYTHONPATH": str(Path(__file__).parents[2]), "TERM": "xterm", "NO_COLOR": "1"}
    terminal |= home_elsewhere.asked(("auth", "login"), terminal)
    child = pexpect.spawn(
        sys.executable,
        ["-m", "micromart_cli.main", "auth", "login", *words],
        env=terminal,
        timeout=60,
        encoding="utf-8",
        dimensions=(60, 200),
    )
    child.expect(r"    (http\S+)\r\n")
    address = child.match[1]
    child.expect(r"code.*:  (\S+)\r\n")
    code = child.match[1]
    child.expect_exact("Only approve it if you started this just now in this terminal.")
    child.expect_exact("9:5")
    picture = child.before
    assert ("█▀" in picture, code in address) == ((False, False) if words else (True, True))

    ann = keycloak.person()
    ann.open(address if not words else f"{address}?user_code={code}")
    ann.sign_in()
    ann.approve()
    child.expect_exact(f"Signed in as {ann.name}.")
    child.expect(pexpect.EOF)
    child.close()
    assert child.exitstatus == 0
