"""What the role of a front end may do in PostgreSQL: sell a whole order, and nothing to tables, ledger and audit."""

import os
import re
import secrets
import signal
import subprocess
from pathlib import Path

import psycopg
import pytest
from psycopg.errors import InsufficientPrivilege, RaiseException
from sqlalchemy.engine import URL, make_url

from tests.cli.conftest import home, home_elsewhere, micromart  # noqa: F401 fixtures
from tests.daemon.process import DaemonProcess, eventually

pytestmark = pytest.mark.servers
SCRIPT = Path(__file__).parents[2] / "deploy" / "postgresql" / "roles.sql"
PASSWORD = "copper kettle on the hob"
WHERE = ("--name", "Ann", "--line1", "1 Lamp Street", "--city", "Porto", "--postcode", "4000-001", "--country", "PT")
MICROMARTD = ("-c", "import sys; from micromart_daemon.main import main; sys.exit(main())")
REFUSED = [
    "CREATE TABLE mine (n int)",
    "CREATE TEMPORARY TABLE mine (n int)",
    "CREATE SCHEMA mine",
    "CREATE FUNCTION mine() RETURNS int LANGUAGE sql AS 'SELECT 1'",
    "CREATE INDEX mine ON orders (id)",
    "ALTER TABLE orders ADD COLUMN mine int",
    "DROP TABLE audit_trail",
    "DROP TRIGGER audit_trail_never_changed ON audit_trail",
    "DROP TRIGGER stock_movements_never_changed ON stock_movements",
    "ALTER TABLE audit_trail DISABLE TRIGGER USER",
    "ALTER TABLE stock_movements DISABLE TRIGGER ALL",
    "DROP FUNCTION refuse_to_change_the_audit_trail() CASCADE",
    "CREATE TRIGGER mine BEFORE INSERT ON audit_trail EXECUTE FUNCTION refuse_to_change_the_ledger()",
    "SET session_replication_role = replica",
    "UPDATE audit_trail SET actor = 'nobody'",
    "DELETE FROM audit_trail",
    "TRUNCATE audit_trail",
    "UPDATE stock_movements SET change = 0",
    "DELETE FROM stock_movements",
    "TRUNCATE stock_movements",
    "TRUNCATE orders CASCADE",
    "DELETE FROM first_admin",
    "UPDATE shop_identity SET shop_id = 'mine'",
    "UPDATE alembic_version SET version_num = '0001'",
    "CREATE ROLE mine SUPERUSER",
]


class Roles:
    """A database, the role that owns it and the tables, and one of a front end; neither is a superuser."""

    def __init__(self, url: str) -> None:
        self.admin, mark = make_url(url), secrets.token_hex(4)
        self.owner = self.admin.set(username=f"owner_{mark}", password=secrets.token_hex(8))
        self.front_end = self.admin.set(username=f"shop_{mark}", password=secrets.token_hex(8))
        self.ask(self.admin, f"CREATE ROLE {self.owner.username} LOGIN CREATEROLE PASSWORD '{self.owner.password}'")
        self.ask(self.admin, f"ALTER DATABASE {self.admin.database} OWNER TO {self.owner.username}")

    def run_script(self) -> None:
        """As README says, under the owner."""
        url, command = self.owner, ["psql", "--set", "ON_ERROR_STOP=1", "--quiet", "--file", str(SCRIPT)]
        where = {"PGHOST": url.host, "PGPORT": str(url.port), "PGDATABASE": url.database}
        who = {"PGUSER": url.username, "PGPASSWORD": url.password}
        subprocess.run(command, env={**os.environ, **where, **who}, check=True, timeout=60)

    def add_front_end(self) -> None:
        login = f"{self.front_end.username} LOGIN PASSWORD '{self.front_end.password}'"
        self.ask(self.owner, f"CREATE ROLE {login} IN ROLE micromart_front_end")

    def ask(self, who: URL, statement: str) -> list[tuple]:
        address = who.set(drivername="postgresql").render_as_string(hide_password=False)
        with psycopg.connect(address, autocommit=True) as connection:
            answer = connection.execute(statement.encode())
            return answer.fetchall() if answer.description else []

    def forget(self) -> None:
        """Drop both; the group of front ends is shared and stays."""
        self.ask(self.admin, f"DROP ROLE IF EXISTS {self.front_end.username}")
        self.ask(self.admin, f"REASSIGN OWNED BY {self.owner.username} TO {self.admin.username}")
        self.ask(self.admin, f"DROP OWNED BY {self.owner.username}")
        self.ask(self.admin, f"DROP ROLE {self.owner.username}")


@pytest.fixture
def shop_of(micromart, tmp_path):  # noqa: F811 the fixture
    """A function that runs verbs under one of the roles; letters go to a folder."""

    def of(role: URL):
        def run(*words: str, stdin: str = "", expect: int = 0):
            env = {
                "MICROMART_DATABASE__URL": role.render_as_string(hide_password=False),
                "MICROMART_IDENTITY__ALLOW_LOCAL": "true",
                "MICROMART_MAIL__URL": f"maildir:{tmp_path / 'letters'}",
            }
            ran = micromart(*words, stdin=stdin, env=env)
            assert ran.code == expect, (words, ran.err)
            return ran

        return run

    return of


@pytest.fixture
def roles(empty_postgresql, shop_of):
    """A shop whose tables were made by its owner, who then let front ends in."""
    roles = Roles(empty_postgresql())
    owner = shop_of(roles.owner)
    owner("db", "upgrade")
    owner("db", "seed", "--demo")
    roles.run_script()
    roles.add_front_end()
    yield roles
    roles.forget()


def test_a_front_ends_role_sells_a_whole_order(roles, shop_of, tmp_path):
    shop, who = shop_of(roles.front_end), ("--username", "ann", "--password-stdin")
    product = shop("product", "list", "--in-stock", "--json").json["items"][0]
    shop("cart", "add", product["sku"], "--quantity", "2")
    shop("auth", "register", *who, "--email", "ann@example.org", stdin=PASSWORD)
    [letter] = [file for file in (tmp_path / "letters").rglob("*") if file.is_file()]
    shop("auth", "verify", re.search(r"^code: (\S+)$", letter.read_text(), re.MULTILINE)[1])
    shop("auth", "login", *who, stdin=PASSWORD)
    shop("address", "add", *WHERE)
    number = shop("checkout", "--json").json["number"]
    shop("user", "bootstrap-admin", "ann")
    shop("order", "pack", number)
    shop("order", "ship", number)
    shop("stock", "adjust", product["sku"], "--by", "5", "--reason", "delivery")
    for job in shop("job", "list", "-o", "ids").out.split():
        shop("job", "run", job)

    assert shop("order", "show", number, "--json").json["status"] == "shipped"
    assert shop("stock", "verify", "--json").json["violations"] == []
    assert {entry["action"] for entry in shop("audit", "list", "--json").json["items"]} >= {"session.sign_in"}
    assert shop("db", "current", "--json").json["current"] is True


def test_a_daemon_works_under_it(roles, home, tmp_path):  # noqa: F811 the fixture
    env = {"MICROMART_DATABASE__URL": roles.front_end.render_as_string(hide_password=False)}
    daemon = DaemonProcess([*MICROMARTD, "run", "--listen", ""], env, tmp_path / "log")
    eventually(lambda: roles.ask(roles.owner, "SELECT roles FROM daemons"))
    daemon.process.send_signal(signal.SIGTERM)

    assert daemon.process.wait(30) == 0
    assert "denied" not in daemon.told()


def test_a_front_ends_role_changes_no_table_and_takes_nothing_back(roles):
    allowed = []
    for statement in REFUSED:
        try:
            roles.ask(roles.front_end, statement)
            allowed.append(statement)
        except InsufficientPrivilege:
            pass

    assert allowed == []


def test_the_owner_is_refused_by_the_triggers_instead(roles):
    for statement in ("DELETE FROM stock_movements", "TRUNCATE audit_trail", "UPDATE stock_movements SET change = 0"):
        with pytest.raises(RaiseException, match="append-only"):
            roles.ask(roles.owner, statement)


def test_an_upgrade_is_the_owners_and_says_so(roles, shop_of):
    refused = shop_of(roles.front_end)("db", "upgrade", "--json", expect=1)

    assert refused.error["code"] == "database.forbidden"
    assert "owns the tables" in refused.error["try"]
    assert shop_of(roles.owner)("db", "upgrade", "--json").code == 0


def test_a_table_of_a_later_upgrade_is_closed_until_the_script_ran_again(roles):
    roles.ask(roles.owner, "CREATE TABLE later (n int)")
    with pytest.raises(InsufficientPrivilege):
        roles.ask(roles.front_end, "SELECT n FROM later")

    roles.run_script()

    roles.ask(roles.front_end, "INSERT INTO later VALUES (7)")
    assert roles.ask(roles.front_end, "SELECT n FROM later") == [(7,)]
