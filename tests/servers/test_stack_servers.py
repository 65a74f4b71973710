"""Redis, RabbitMQ, Keycloak and the mail sink of a private stack: killed, frozen, stopped and forgotten."""

import json
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from kombu import Connection, Consumer, Queue
from redis import Redis
from redis.exceptions import AuthenticationError
from redis.exceptions import TimeoutError as NoAnswer

import deploy.stack.redis
from deploy.stack.errors import NotToBeHad
from deploy.stack.process import wait_until
from deploy.stack.stack import alone_in
from tests.servers.test_stack import Stack

pytestmark = [pytest.mark.servers, pytest.mark.slow]
ORDERS = Queue("orders", durable=True, queue_arguments={"x-queue-type": "quorum"})
RABBITMQ_IS = {"beam.smp", "epmd", "erl_child_setup", "inet_gethost"}


class PrivateStack(Stack):
    """A stack whose Redis and RabbitMQ are spoken to."""

    def redis(self, **options: float) -> Redis:
        return Redis.from_url(self.settings()["MICROMART_REDIS__URL"], **options)

    def publish(self, text: str) -> None:
        """Return when the broker has said that the message is safe."""
        with (
            Connection(self.broker_url, transport_options={"confirm_publish": True}) as connection,
            connection.Producer() as producer,
        ):
            producer.publish(text, routing_key=ORDERS.name, declare=[ORDERS], delivery_mode=2)

    def knows_queue_by_heart(self) -> bool:
        """RabbitMQ notes half a second late that there is a new queue; killed before, it has lost it."""
        files = self.folder.glob("rabbitmq/data/*/quorum/*/names.dets")
        return any(ORDERS.name.encode() in file.read_bytes() for file in files)

    def take(self) -> list[str]:
        taken: list[str] = []
        with Connection(self.broker_url) as connection, Consumer(connection, [ORDERS], on_message=None) as consumer:
            consumer.on_message = lambda message: (taken.append(message.body), message.ack())
            connection.drain_events(timeout=20)
        return taken

    @property
    def broker_url(self) -> str:
        return self.settings()["MICROMART_BROKER__URL"]

    def processes(self) -> dict[int, str]:
        """Whatever runs for this stack: its folder is where it works, or in its arguments or environment."""
        found = {}
        for entry in Path("/proc").glob("[0-9]*"):
            try:
                told = (
                    (entry / "cmdline").read_bytes()
                    + (entry / "environ").read_bytes()
                    + bytes((entry / "cwd").readlink())
                )
                if str(self.folder).encode() in told and int(entry.name) != os.getpid():
                    found[int(entry.name)] = (entry / "comm").read_text().strip()
            except OSError:
                continue
        return found


@pytest.fixture
def part(tmp_path: Path) -> Iterator:
    """A function that starts the named servers of a stack of this test's own; none named is all."""
    folder = tmp_path / "stack"

    def start(*names: str) -> PrivateStack:
        stack = PrivateStack(folder, *names)
        stack.up()
        return stack

    yield start
    Stack(folder).run("remove")


def test_redis_asks_for_its_password_and_comes_back_empty_after_kill_9(part) -> None:
    stack = part("redis")
    url = stack.settings()["MICROMART_REDIS__URL"]
    with stack.redis() as redis:
        redis.set("cached", "7")
    with pytest.raises(AuthenticationError), Redis.from_url(f"redis://{url.rpartition('@')[2]}") as stranger:
        stranger.ping()

    os.kill(stack.pid_of("redis"), 9)
    stack.up()

    assert stack.settings()["MICROMART_REDIS__URL"] == url
    with stack.redis() as redis:
        assert redis.get("cached") is None


def test_a_frozen_redis_answers_nobody_until_it_goes_on(part) -> None:
    stack = part("redis")
    with stack.redis(socket_timeout=0.3) as redis:
        redis.set("cached", "7")

        stack.run("pause", "redis")
        with pytest.raises(NoAnswer):
            redis.get("cached")

        stack.run("resume", "redis")
        assert redis.get("cached") == b"7"


def test_frozen_servers_are_woken_by_start_and_can_be_stopped(part) -> None:
    stack = part("redis", "postgresql")

    stack.run("pause", "redis", "postgresql")
    stack.up()
    assert stack.ask("SELECT 7") == [7]

    stack.run("pause", "postgresql")
    stack.run("stop", "postgresql")
    assert stack.run("status", "postgresql", code=1).split() == ["postgresql", "down"]
    assert stack.run("status", "redis").split()[:2] == ["redis", "up"]


def test_the_mail_sink_keeps_its_letters_over_kill_9(part) -> None:
    stack = part("mail")
    stack.post("ann@example.org")

    os.kill(stack.pid_of("mail"), 9)
    stack.up()
    stack.post("bob@example.org")

    assert stack.letters() == ["ann@example.org", "bob@example.org"]


def test_what_rabbitmq_has_confirmed_survives_kill_9_and_down(part) -> None:
    stack = part("rabbitmq")
    url = stack.broker_url
    stack.publish("first")
    assert wait_until(stack.knows_queue_by_heart, seconds=60)

    os.kill(stack.pid_of("rabbitmq"), 9)
    stack.up()
    assert (stack.broker_url, stack.take()) == (url, ["first"])

    stack.publish("second")
    stack.run("down")
    stack.up()
    assert stack.take() == ["second"]


def test_kill_ends_rabbitmq_whole_and_touches_no_other(part, tmp_path) -> None:
    stack = part("rabbitmq", "redis")
    other = PrivateStack(tmp_path / "other", "rabbitmq")
    other.up()
    others = other.processes()
    assert set(stack.processes().values()) >= RABBITMQ_IS | {"redis-server"}

    with alone_in(stack.folder) as from_python:
        from_python.kill("rabbitmq")
        killed = stack.processes()
        from_python.start("rabbitmq")

    assert set(killed.values()) == {"redis-server"}
    assert set(others.values()) >= RABBITMQ_IS
    assert other.processes() == others
    stack.publish("safe")
    assert stack.take() == ["safe"]
    other.run("remove")
    assert other.processes() == {}


def test_a_stack_of_an_older_layout_gains_what_it_lacks_and_remove_forgets_all(part) -> None:
    old = part("postgresql", "mail")
    old.ask("CREATE TABLE kept (n) AS VALUES (7)")
    assert set(json.loads((old.folder / "ports.json").read_text())) == {"postgresql", "mail"}

    whole = part()
    whole.publish("here")
    assert (whole.ask("SELECT n FROM kept"), whole.take()) == ([7], ["here"])
    password = whole.broker_url
    assert set(whole.processes().values()) >= {"python", "redis-server", "java", *RABBITMQ_IS}

    whole.run("down")
    assert whole.processes() == {}
    assert whole.run("status", code=1).count("down") == 5

    whole.run("remove")
    assert [left.name for left in whole.folder.iterdir()] == ["lock"]
    new = part("rabbitmq")
    assert new.broker_url.partition("@")[0] != password.partition("@")[0]


def test_a_server_that_is_not_known_is_refused_with_the_names_that_are(tmp_path) -> None:
    process = Stack(tmp_path / "stack").begin("kill", "mysql")
    _, err = process.communicate(timeout=60)

    assert (process.returncode, err.count("\n")) == (2, 1)
    assert "mysql" in err
    assert "there are: elasticsearch, keycloak, mail, postgresql, prometheus, rabbitmq" in err


def test_who_may_not_install_is_told_which_packages_are_missing(tmp_path, monkeypatch) -> None:
    monkeypatch.setattr(deploy.stack.redis, "_PROGRAM", tmp_path / "not-installed")
    monkeypatch.setattr(os, "geteuid", lambda: 1000)

    with (
        alone_in(tmp_path / "stack") as stack,
        pytest.raises(NotToBeHad, match="packages redis-server, and only") as told,
    ):
        stack.start("redis")

    assert told.value.exit_code == 69
