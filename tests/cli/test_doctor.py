"""What doctor sees, and how it says how to mend it."""

import re
import sqlite3

import pytest

from tests.elsewhere import beside_the_database

PASSWORD = "canary kettle on the hob\n"
CHECKS = ["database", "migrations", "redis", "broker", "mail", "identity", "clock", "token store", "daemon"]
WORK = ["events", "carts", "letters", "given up"]


def checks_of(ran):
    return {check["check"]: check for check in ran.json["items"]}


def test_a_fresh_home_is_well(cli):
    ran = cli("doctor", "--json")

    assert ran.code == 0
    assert [check["check"] for check in ran.json["items"]] == CHECKS + WORK
    assert all(check["ok"] for check in ran.json["items"])
    assert set(ran.json["items"][0]) == {"check", "ok", "detail", "fix"}


def test_servers_that_do_not_answer_are_named_without_their_passwords(cli, monkeypatch):
    monkeypatch.setenv("MICROMART_REDIS__URL", "redis://ann:hunter2@127.0.0.1:1/0")
    monkeypatch.setenv("MICROMART_MAIL__URL", "smtp://ann:hunter2@127.0.0.1:1")

    ran = cli("doctor", "--json")
    checks = checks_of(ran)

    assert ran.code == 1
    assert not checks["redis"]["ok"]
    assert "redis.url" in checks["redis"]["fix"]
    assert not checks["mail"]["ok"]
    assert checks["database"]["ok"]
    assert "hunter2" not in ran.out + ran.err


def test_a_database_that_does_not_answer_is_a_finding_and_no_failure(cli, monkeypatch):
    monkeypatch.setenv("MICROMART_DATABASE__URL", "postgresql://ann:hunter2@127.0.0.1:1/shop")

    ran = cli("doctor", "--json")
    checks = checks_of(ran)

    assert ran.code == 1
    assert not checks["database"]["ok"]
    assert "database.url" in checks["database"]["fix"]
    assert checks["token store"]["ok"]
    assert "hunter2" not in ran.out + ran.err


@beside_the_database("the doctor looks at the sign-in to the shop beside it, and this home is signed in elsewhere")
def test_a_session_that_has_ended_is_not_called_a_sign_in(cli, home):
    cli("auth", "register", "--username", "ann", "--email", "ann@example.org", "--password-stdin", stdin=PASSWORD)
    (letter,) = (home / "data/outbox/new").iterdir()
    cli("auth", "verify", re.search(r"^code: (\S+)", letter.read_text(), re.MULTILINE)[1])
    cli("auth", "login", "--username", "ann", "--password-stdin", stdin=PASSWORD)
    assert checks_of(cli("doctor", "--json"))["token store"]["detail"].startswith("signed in as ann")

    with sqlite3.connect(home / "data/shop.db") as database:
        database.execute("DELETE FROM sessions")

    assert checks_of(cli("doctor", "--json"))["token store"]["detail"].startswith("the session of ann has ended")


def test_a_state_folder_that_others_may_enter_is_found(cli, home):
    cli("cart", "show")
    (home / "state").chmod(0o755)

    checks = checks_of(cli("doctor", "--json"))

    assert not checks["token store"]["ok"]
    assert checks["token store"]["fix"] == f"chmod 700 {home / 'state'}"


def test_a_database_of_another_version_is_found_and_the_way_out_named(cli, home):
    cli("cart", "show")
    with sqlite3.connect(home / "data/shop.db") as database:
        database.execute("UPDATE alembic_version SET version_num = 'from_the_future'")
    database.close()

    checks = checks_of(cli("doctor", "--json"))

    assert not checks["migrations"]["ok"]
    assert "upgrade" in checks["migrations"]["fix"]


def test_people_get_a_table(cli):
    shown = cli("doctor").out

    assert "token store" in shown
    assert shown.splitlines()[0].split() == ["check", "ok", "detail", "fix"]


@pytest.mark.servers
def test_a_server_database_without_tables_is_found_and_the_way_out_named(cli, empty_postgresql, monkeypatch):
    monkeypatch.setenv("MICROMART_DATABASE__URL", empty_postgresql())

    ran = cli("doctor", "--json")
    checks = checks_of(ran)

    assert ran.code == 1
    assert checks["database"]["ok"]
    assert checks["clock"]["ok"]
    assert checks["migrations"]["fix"] == "micromart db upgrade"
    assert not checks["identity"]["ok"]
    assert not checks["daemon"]["ok"]


def test_a_database_file_without_tables_is_found(cli, home):
    (home / "data").mkdir(parents=True)
    sqlite3.connect(home / "data/shop.db").close()

    checks = checks_of(cli("doctor", "--json"))

    assert not checks["migrations"]["ok"]
    assert not checks["daemon"]["ok"]


@pytest.mark.servers
def test_a_redis_is_asked_for_what_the_shop_has_for_it(cli, redis_url, monkeypatch):
    monkeypatch.setenv("MICROMART_REDIS__URL", redis_url)

    ran = cli("doctor", "--json")

    assert checks_of(ran)["redis"]["ok"]
    assert "Redis 7" in checks_of(ran)["redis"]["detail"]
    assert redis_url.partition("@")[0].rpartition(":")[2] not in ran.out + ran.err


@pytest.mark.servers
@pytest.mark.parametrize(
    ("command", "told", "fix"),
    [
        ("CONFIG SET requirepass hunter2", "it wants a password", "redis://:PASSWORD@host"),
        ("CONFIG SET maxmemory 1", "its memory is full", "maxmemory"),
        ("REPLICAOF 127.0.0.1 1", "it is a replica", "primary"),
        ("ACL SETUSER default -set", "its user may not do what the shop does", "ACL SETUSER"),
    ],
)
def test_a_redis_that_is_of_no_use_is_found_with_its_mending(cli, own_redis, monkeypatch, command, told, fix):
    own_redis.turn(*command.split())
    monkeypatch.setenv("MICROMART_REDIS__URL", own_redis.url)

    ran = cli("doctor", "--json")

    assert ran.code == 1
    assert told in checks_of(ran)["redis"]["detail"]
    assert "the shop sells on" in checks_of(ran)["redis"]["detail"]
    assert fix in checks_of(ran)["redis"]["fix"]
    assert cli("cart", "add", "NM-001").code == 0


@pytest.mark.servers
@pytest.mark.parametrize(
    ("address", "told"),
    [
        ("redis://ann:hunter2@127.0.0.1:{port}/0", "the user or the password is wrong"),
        ("redis://127.0.0.1:{port}/99", "it has no database of this number"),
        ("redis://127.0.0.1:1/0", "Connection refused"),
        ("http://127.0.0.1:{port}", "redis.url is no address of a Redis"),
        ("redis://127.0.0.1:99{port}/0", "redis.url is no address of a Redis"),
        ("redis://" + 70 * "x" + ".example/0", "redis.url is no address of a Redis"),
    ],
)
def test_a_wrong_address_of_a_redis_is_named_without_its_password(cli, own_redis, monkeypatch, address, told):
    monkeypatch.setenv("MICROMART_REDIS__URL", address.format(port=own_redis.port))

    ran = cli("doctor", "--json")

    assert told in checks_of(ran)["redis"]["detail"]
    assert "hunter2" not in ran.out + ran.err
    assert cli("cart", "add", "NM-001").code == 0
