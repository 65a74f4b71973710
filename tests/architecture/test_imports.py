"""Start-up is a feature: what each verb imports, seen in a process of its own."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).parents[2]
PROBE = """
import sys
from micromart_cli.main import main
code = main(sys.argv[1:])
sys.stdout.flush()
sys.stderr.write("\\n@" + str(code) + " " + " ".join(sys.modules))
"""
NEVER = {"textual", "sqlalchemy.orm", "kombu", "amqp", "pydantic", "httpx", "keyring", "redis", "jwt", "cryptography"}
SERVERS_ONLY = {"psycopg", "psycopg_binary"}
ONE_VERB_ONLY = {"argon2", "jinja2", "babel", "alembic", "mako", "smtplib", "segno", "hypothesis"}
HEAVY = {
    "typer",
    "click",
    "rich",
    "sqlalchemy",
    "msgspec",
    "platformdirs",
    "uuid_utils",
    "logging",
    "dataclasses",
    "typing",
}
NEEDS_A_TERMINAL, SIGN_IN_FIRST = 2, 6
READS = ["cart show", "cart list", "product list", "product show NS-340", "search mug", "auth status", "order list"]
WITHOUT_A_SHOP = ["config list", "config path", "schema", "schema Cart", "shop", "completion fish", "help exit-codes"]
LOOKS_AT_EVERYTHING = ("schema", "completion fish")


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    return tmp_path_factory.mktemp("home")


@pytest.fixture(scope="module")
def imported_by(home):
    def run(words: str, **settings: str) -> tuple[int, set[str]]:
        environ = {name: value for name, value in os.environ.items() if not name.startswith("MICROMART_")}
        done = subprocess.run(
            [sys.executable, "-c", PROBE, *words.split()],
            env=environ | {"MICROMART_HOME": str(home), "PYTHONPATH": str(CHECKOUT)} | settings,
            cwd=home,
            capture_output=True,
            text=True,
            check=False,
        )
        code, *modules = done.stderr.rpartition("\n@")[2].split()
        return int(code), set(modules)

    run("cart show")  # the first verb of a home makes its shop, which needs more than any later one
    return run


@pytest.mark.parametrize("words", ["--version", "--help"])
def test_what_needs_nothing_imports_nothing_heavy(imported_by, words):
    code, modules = imported_by(words)

    assert code == 0
    assert sorted(modules & HEAVY) == []


@pytest.mark.parametrize("words", READS)
def test_a_verb_that_reads_imports_only_what_it_uses(imported_by, words):
    code, modules = imported_by(f"{words} --json")

    assert code == (SIGN_IN_FIRST if words == "order list" else 0)
    assert sorted(modules & (NEVER | SERVERS_ONLY | ONE_VERB_ONLY)) == []
    assert "rich" not in modules


@pytest.mark.parametrize("words", ["product list", "search mug", "stats sales"])
def test_a_verb_that_reads_does_not_pay_for_a_redis_either(imported_by, words):
    code, modules = imported_by(f"{words} --json", MICROMART_REDIS__URL="redis://127.0.0.1:1/0")

    assert code == (SIGN_IN_FIRST if words == "stats sales" else 0)
    assert "micromart_core.adapters.redis.shared" in modules
    assert sorted(modules & (NEVER | SERVERS_ONLY | ONE_VERB_ONLY)) == []


@pytest.mark.parametrize("words", WITHOUT_A_SHOP)
def test_a_verb_that_needs_no_shop_opens_none(imported_by, words):
    code, modules = imported_by(words)

    assert code == (NEEDS_A_TERMINAL if words == "shop" else 0)
    assert sorted(modules & (NEVER | SERVERS_ONLY | ONE_VERB_ONLY)) == []
    assert "micromart_core.bootstrap" not in modules or words in LOOKS_AT_EVERYTHING


def test_a_write_imports_no_more_than_its_events_need(imported_by):
    code, modules = imported_by("cart add NS-340 --json")

    assert code == 0
    assert sorted(modules & (NEVER | SERVERS_ONLY | ONE_VERB_ONLY)) == []


def test_only_the_asked_noun_is_imported(imported_by):
    _, modules = imported_by("cart show --json")

    nouns = {module for module in modules if module.startswith("micromart_cli.commands.")}
    assert nouns == {"micromart_cli.commands.cart"}


def test_the_first_page_of_the_storefront_is_painted_without_what_reads_a_database(home):
    probe = (
        "import sys, micromart_cli.dispatch, micromart_cli.commands.shop, micromart_cli.sign_in_here\n"
        "import micromart_core.late_gateway, micromart_core.settings_sources, micromart_tui.start\n"
        "from micromart_tui.places import PLACES\n"
        "PLACES['shop'].open()\n"
        "print(*sys.modules)"
    )
    settings = {"MICROMART_HOME": str(home), "PYTHONPATH": str(CHECKOUT)}
    told = subprocess.run(
        [sys.executable, "-c", probe], env=os.environ | settings, cwd=home, capture_output=True, text=True, check=True
    )

    assert "textual" in told.stdout.split()
    assert sorted(({"sqlalchemy", "PIL", "jinja2", *NEVER} - {"textual"}) & set(told.stdout.split())) == []
