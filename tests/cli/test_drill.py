"""micromart drill: a rush in a copy of the shop, of which the shop itself and its servers hear nothing."""

import os
import pty
import signal
import socket
import sqlite3
import subprocess
import sys
import tempfile
import time
from contextlib import closing
from pathlib import Path

import pytest

from micromart_core.maintenance.drill_report import percentile

RUSH = ("drill", "--shoppers", "4", "--seconds", "2", "--seed", "7")
LEDGER = ("stock", "stock_movements", "orders", "carts", "cart_lines", "outbox", "mails", "users", "audit_trail")
LOSES_COUNT = """
    CREATE TRIGGER loses_count AFTER INSERT ON orders BEGIN
        UPDATE stock SET on_hand = on_hand + 1 WHERE sku = (SELECT sku FROM stock_movements ORDER BY id DESC LIMIT 1);
    END"""


@pytest.fixture
def made(cli, home, home_elsewhere):
    """An embedded shop with the demo catalogue."""
    assert cli("product", "list").code == 0
    home_elsewhere.close_shop()  # what it wrote ahead goes into its file, which is compared
    return home / "data" / "shop.db"


@pytest.fixture
def temporary(tmp_path, monkeypatch):
    """The folder in which temporary files are made."""
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    return folder


@pytest.fixture
def nobodys_server():
    """A port at which something listens, which nobody must call."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.setblocking(False)
        yield server


def test_a_drill_reports_what_was_done_and_breaks_no_promise(cli, made):
    ran = cli(*RUSH, "--json")

    assert ran.code == 0, ran.out
    drill = ran.json
    assert (drill["violations"], drill["found"], drill["interrupted"]) == (0, [], False)
    assert drill["operations"] == sum(row["count"] for row in drill["by_operation"]) > 50
    assert drill["throughput"] > 0
    latency = drill["latency_ms"]
    assert 0 < latency["p50"] <= latency["p95"] <= latency["p99"]
    assert {"list_products", "set_quantity", "sign_in", "place_order"} <= {
        row["operation"] for row in drill["by_operation"]
    }
    assert drill["copied"]["source"] == "sqlite"
    assert drill["copied"]["products"] == 16


def test_the_shop_itself_is_only_read_and_the_copy_is_gone(cli, made, home, temporary):
    before = made.read_bytes()

    assert cli(*RUSH).code == 0

    assert made.read_bytes() == before
    assert list(temporary.iterdir()) == []
    assert not (home / "data" / "outbox").exists()


def test_the_servers_of_a_shop_hear_nothing_of_it(cli, made, nobodys_server, monkeypatch):
    address = "{}:{}".format(*nobodys_server.getsockname())
    for name, url in {
        "BROKER": f"amqp://guest:guest@{address}/",
        "REDIS": f"redis://{address}/0",
        "MAIL": f"smtp://{address}",
    }.items():
        monkeypatch.setenv(f"MICROMART_{name}__URL", url)

    ran = cli(*RUSH, "--json")

    assert (ran.code, ran.json["violations"]) == (0, 0)
    with pytest.raises(BlockingIOError):
        nobodys_server.accept()


def test_a_broken_promise_is_told_and_ends_with_1(cli, made):
    with closing(sqlite3.connect(made)) as database:
        database.execute(LOSES_COUNT)

    ran = cli(*RUSH, "--json")

    assert ran.code == 1
    assert ran.json["violations"] == len(ran.json["found"]) > 0
    assert "stock: ledger" in {found["promise"] for found in ran.json["found"]}


def test_a_shop_with_nothing_to_sell_is_no_ground_for_a_drill(cli, temporary):
    assert cli("db", "upgrade").code == 0

    refused = cli(*RUSH, "--json")

    assert (refused.code, refused.error["code"]) == (4, "drill.nothing_for_sale")
    assert list(temporary.iterdir()) == []


def test_a_kept_copy_stays_for_its_owner_only(cli, made, temporary):
    ran = cli(*RUSH, "--keep", "--json")

    copy = Path(ran.json["copied"]["to"])
    assert (ran.code, ran.json["copied"]["kept"]) == (0, True)
    assert copy.is_relative_to(temporary)
    assert (copy.parent.stat().st_mode & 0o777, copy.stat().st_mode & 0o777) == (0o700, 0o600)
    assert str(copy) in ran.err
    with closing(sqlite3.connect(copy)) as database:
        assert database.execute("SELECT count(*) FROM orders").fetchone()[0] > 0


def test_a_named_database_must_be_empty_so_never_the_shop_itself(cli, made, tmp_path):
    before = made.read_bytes()
    target = f"sqlite:///{tmp_path}/ground.db"

    assert cli(*RUSH, "--to", target).code == 0
    full = cli(*RUSH, "--to", target, "--json")
    itself = cli(*RUSH, "--to", f"sqlite:///{made}", "--json")

    assert (full.code, full.error["code"]) == (4, "copy.target_not_empty")
    assert (itself.code, itself.error["code"]) == (4, "copy.target_not_empty")
    assert made.read_bytes() == before


def test_people_read_a_table_and_quiet_says_nothing(cli, made):
    told, quiet = cli(*RUSH), cli("-q", *RUSH)

    assert told.err == ""
    assert "per second" in told.out
    assert "place_order" in told.out
    assert (quiet.code, quiet.out, quiet.err) == (0, "", "")


def test_what_makes_no_sense_is_a_mistake_of_usage(cli):
    for words in (("--shoppers", "0"), ("--seconds", "0"), ("--to", "mysql://host/name")):
        assert cli("drill", *words).code == 2, words
    assert "--to is not a database URL" in cli("drill", "--to", "nowhere").err


def test_its_help_shows_examples(cli):
    lines = [line.strip() for line in cli("drill", "--help").out.splitlines()]

    assert "micromart drill --shoppers 50 --seconds 60 --json" in lines
    assert "micromart drill --seed 7 --keep" in lines


def drill_process(tmp_path, stderr) -> subprocess.Popen:
    line = [sys.executable, "-m", "micromart_cli.main", "drill", "--shoppers", "2", "--seconds", "60", "--json"]
    paths = {"PYTHONPATH": str(Path(__file__).parents[2]), "TMPDIR": str(tmp_path / "temporary"), "TERM": "xterm"}
    return subprocess.Popen(line, env={**os.environ, **paths}, stdout=subprocess.PIPE, stderr=stderr, text=True)


@pytest.fixture
def rush(made, tmp_path):
    """A drill on a terminal whose shoppers are in the shop."""
    (tmp_path / "temporary").mkdir()
    ours, theirs = pty.openpty()
    with drill_process(tmp_path, theirs) as running:
        os.close(theirs)
        seen = ""
        ends = time.monotonic() + 60
        while " operations" not in seen and time.monotonic() < ends:
            seen += os.read(ours, 1000).decode()
        yield running
    os.close(ours)


def test_ctrl_c_ends_it_with_the_report_and_a_bar_moves_on_a_terminal(rush, tmp_path):
    rush.send_signal(signal.SIGINT)
    out, _ = rush.communicate(timeout=60)

    assert rush.returncode == 130
    assert '"interrupted": true' in out
    assert '"violations": 0' in out
    assert list((tmp_path / "temporary").iterdir()) == []


def test_a_second_ctrl_c_ends_it_at_once_and_leaves_no_copy(rush, tmp_path):
    assert list((tmp_path / "temporary").iterdir())
    rush.send_signal(signal.SIGINT)
    time.sleep(0.05)  # sent together, they would be one
    rush.send_signal(signal.SIGINT)
    rush.communicate(timeout=60)

    assert rush.returncode == 130
    assert list((tmp_path / "temporary").iterdir()) == []


@pytest.mark.servers
def test_a_served_shop_is_drilled_in_a_file_or_in_another_database(cli, empty_postgresql, monkeypatch):
    from sqlalchemy import create_engine, text

    server, ground = empty_postgresql(), empty_postgresql()
    monkeypatch.setenv("MICROMART_DATABASE__URL", server)
    assert cli("db", "upgrade").code == 0
    assert cli("db", "seed", "--demo").code == 0
    engine = create_engine(server.replace("postgresql://", "postgresql+psycopg://"))

    def everything() -> list:
        with engine.connect() as connection:
            return [connection.execute(text(f"SELECT * FROM {table} ORDER BY 1, 2")).all() for table in LEDGER]

    before = everything()
    in_a_file = cli(*RUSH, "--json")
    on_the_server = cli(*RUSH, "--to", ground, "--json")
    itself = cli(*RUSH, "--to", server, "--json")

    assert (in_a_file.code, in_a_file.json["violations"]) == (0, 0)
    assert (on_the_server.code, on_the_server.json["violations"]) == (0, 0)
    assert (on_the_server.json["copied"]["source"], on_the_server.json["copied"]["kept"]) == ("postgresql", True)
    assert itself.error["code"] == "copy.target_not_empty"
    assert everything() == before
    engine.dispose()


def test_a_percentile_is_the_nearest_rank():
    assert [percentile([1.0, 2.0, 3.0, 4.0], percent) for percent in (25, 50, 95, 99)] == [1.0, 2.0, 4.0, 4.0]
    assert percentile([], 50) == 0.0
