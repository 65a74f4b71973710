"""How micromartd starts, and what it says when it cannot."""

import os
import re
import socket

import pytest

from micromart_core import __version__
from micromart_core.settings import DaemonSettings
from micromart_daemon.listening import open_listener
from micromart_daemon.main import main
from micromart_daemon.window import PortTaken
from tests.cli.test_core_dumps import cores_of
from tests.daemon.process import eventually

pytestmark = pytest.mark.servers


def test_it_says_what_it_does_and_where_it_tells_how_it_is(served):
    daemon = served.daemon()

    [start] = [line for line in daemon.log() if "micromartd runs" in line["message"]]
    assert re.search(
        r"runs relay, consumer, sweeper, mail; /health and /metrics on 127\.0\.0\.1:\d+$", start["message"]
    )
    assert daemon.get("/live") == (200, '{"live":true}\n')
    assert eventually(lambda: daemon.get("/health")[0] == 200)
    assert eventually(lambda: served.shop.rows("SELECT roles, pid, version FROM daemons")) == [
        ("relay,consumer,sweeper,mail", daemon.pid, __version__)
    ]


def test_a_daemon_that_dies_leaves_no_copy_of_its_memory(served):
    assert cores_of(served.daemon().pid) == ["0", "0"]


def test_a_daemon_stands_back_for_shoppers_on_its_machine(served):
    polite = served.daemon(env={"MICROMART_DAEMON__NICENESS": str(DaemonSettings().niceness)})
    assert os.getpriority(os.PRIO_PROCESS, polite.pid) == os.getpriority(os.PRIO_PROCESS, 0) + 10
    hasty = served.daemon(env={"MICROMART_DAEMON__NICENESS": "0"})
    assert os.getpriority(os.PRIO_PROCESS, hasty.pid) == os.getpriority(os.PRIO_PROCESS, 0)


def test_an_order_is_recorded_with_its_user_and_its_letter_leaves(served):
    served.stocks()
    served.daemon()

    order = served.buys("ann")
    served.comes_to_rest()

    [letter] = served.letters()
    assert order.number in letter["Subject"]
    assert served.is_sound()


def test_each_role_may_have_a_daemon_of_its_own(served):
    served.stocks()
    for role in ("relay", "consumer", "mail", "sweeper"):
        assert f"runs {role};" in served.daemon(role).told()

    served.buys("ann")
    served.comes_to_rest()
    assert len(served.letters()) == 1


def test_a_role_that_nobody_is_leaves_its_work(served):
    served.stocks()
    served.daemon("relay,consumer")

    served.buys("ann")
    eventually(lambda: served.count("SELECT count(*) FROM mails") == 1)
    assert served.letters() == []

    served.daemon("mail")
    served.comes_to_rest()
    assert len(served.letters()) == 1


def test_without_a_broker_the_relay_delivers(brokerless):
    brokerless.stocks()
    daemon = brokerless.daemon()
    assert "runs relay, sweeper, mail;" in daemon.told()

    brokerless.buys("ann")
    brokerless.comes_to_rest()
    assert len(brokerless.letters()) == 1
    assert brokerless.is_sound()


def refused(served, *words: str, code: int, **settings: str) -> str:
    """Begin a daemon that cannot run; return what it says."""
    daemon = served.begins("run", *words, env={name.upper(): value for name, value in settings.items()})
    assert daemon.ends() == code, daemon.told()
    assert "Traceback" not in daemon.told()
    assert daemon.told().startswith("error: ")
    return daemon.told()


@pytest.mark.parametrize("roles", ["cook", "relay,cook", ",", " "])
def test_an_unknown_role_is_refused_with_those_there_are(served, roles):
    assert "relay, consumer, sweeper, mail" in refused(served, "--roles", roles, code=2)


def test_a_consumer_without_a_broker_is_refused(brokerless):
    assert "broker.url is not set" in refused(brokerless, "--roles", "consumer", code=2)


def test_a_port_that_is_taken_is_named(served):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        where = f"127.0.0.1:{taken.getsockname()[1]}"
        told = refused(served, "--listen", where, code=1)
    assert f"{where} cannot be listened on" in told
    assert "Address already in use" in told


def test_only_who_can_do_without_a_port_is_advised_to():
    with socket.create_server(("127.0.0.1", 0)) as taken, pytest.raises(PortTaken) as refusal:
        open_listener(f"127.0.0.1:{taken.getsockname()[1]}")

    assert (refusal.value.why, refusal.value.hint) == ("Address already in use", "--listen 127.0.0.1:PORT")


def test_the_help_says_the_whole_of_what_each_command_does(capsys):
    main(["-h"])
    told = capsys.readouterr().out

    assert "SIGTERM; needs no database." in told
    assert "..." not in told.partition("Commands:")[2]


@pytest.mark.parametrize("where", ["nowhere", "127.0.0.1", "127.0.0.1:123456"])
def test_a_place_that_is_none_is_refused(served, where):
    assert "HOST:PORT" in refused(served, "--listen", where, code=2)


@pytest.mark.parametrize(
    "url",
    ["http://host", "rabbit", " ; ", "amqp://127.0.0.1:1/x;amqp://[::1", "amqp://h:port/x", "amqp://h/x?heartbeat=ten"],
)
def test_an_address_that_is_no_brokers_is_refused(served, url):
    assert "amqp://" in refused(served, code=2, micromart_broker__url=url)


@pytest.mark.parametrize("url", ["pigeon://roof", "smtp://", "smtp://host:port", "smtp://[::1"])
def test_an_address_that_is_no_way_for_letters_is_refused(served, url):
    assert "mail.url" in refused(served, code=2, micromart_mail__url=url)


def test_no_database_is_said_in_one_sentence(served):
    told = refused(served, code=69, micromart_database__url="postgresql+psycopg://nobody:secret-word@127.0.0.1:1/none")
    assert "database" in told
    assert "secret-word" not in told


@pytest.mark.parametrize(("revision", "sentence"), [("0001", "older"), ("9999", "newer")])
def test_a_database_of_another_version_is_refused(served, revision, sentence):
    served.changes(f"UPDATE alembic_version SET version_num = '{revision}'")

    assert f"The database is {sentence} than this MicroMart" in refused(served, code=1)


def test_an_empty_database_is_refused(empty_postgresql, served):
    told = refused(served, code=1, micromart_database__url=empty_postgresql())
    assert "micromart db upgrade" in told


def test_an_option_that_postgresql_does_not_know_is_named(served):
    told = refused(served, code=2, micromart_database__url="postgresql+psycopg://ann:secret-word@127.0.0.1/shop?wish=1")
    assert '"wish"' in told
    assert "secret-word" not in told


def test_without_a_word_it_shows_its_help(capsys):
    assert main([]) == 2
    told = capsys.readouterr().err
    assert told.startswith("Usage: micromartd")
    assert "\n  run  " in told


def test_it_says_its_version(served):
    daemon = served.begins("--version")
    assert daemon.ends() == 0
    assert daemon.told() == f"micromartd {__version__}\n"
