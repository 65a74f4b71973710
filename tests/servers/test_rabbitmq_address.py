"""Where the broker is, and what is said when it is not there, or not as it should be."""

import pytest

from micromart_core.adapters.rabbitmq.topology import queue_name
from micromart_core.broker import BrokerDown
from micromart_core.errors import InvalidValue
from tests.servers.broker_stories import Tower, broken, heard

pytestmark = pytest.mark.servers


@pytest.fixture
def tower(shop, broker_url):
    heard.clear()
    broken.clear()
    return Tower(shop, broker_url)


def test_the_second_address_is_tried_when_the_first_is_dead(shop, broker_url):
    tower = Tower(shop, f"amqp://127.0.0.1:1;{broker_url}")
    heard.clear()
    tower.rings("a")

    assert tower.relays() == 1
    assert tower.takes_in() == 1


@pytest.mark.parametrize("url", ["amqp://127.0.0.1:1", "amqp://nobody.invalid", f"amqp://{'x' * 64}.invalid"])
def test_a_broker_that_is_not_there_is_said_so_and_the_event_waits(shop, url):
    tower = Tower(shop, url)
    tower.rings("a")

    with pytest.raises(BrokerDown):
        tower.relays()
    with pytest.raises(BrokerDown):
        tower.takes_in()
    assert tower.waiting() == 1


@pytest.mark.parametrize(
    "url", ["http://host", "rabbit", "amqp://a;http://b", " ; ", "amqp://[::1", "amqp://h:99999/x", "amqp://h/x?wish=1"]
)
def test_an_address_that_is_none_is_a_clear_error(shop, url):
    tower = Tower(shop, url)
    tower.rings("a")

    with pytest.raises(InvalidValue):
        tower.relays()


def _another_host(url: str) -> str:
    return url.rpartition("/")[0] + "/no-such-host"


def _another_user(url: str) -> str:
    scheme, _, rest = url.partition("://")
    return f"{scheme}://somebody:wrong-password@{rest.rpartition('@')[2]}"


@pytest.mark.parametrize("changed", [_another_host, _another_user])
def test_a_wrong_password_or_virtual_host_is_named(shop, broker_url, changed):
    tower = Tower(shop, changed(broker_url))
    tower.rings("a")

    with pytest.raises(BrokerDown) as refused:
        tower.relays()
    assert "password" in refused.value.hint
    assert "wrong-password" not in f"{refused.value} {refused.value.why}"


def test_a_queue_of_other_making_is_named_with_its_mending(tower):
    with tower.channel() as channel:
        channel.queue_declare(queue_name("carts"), durable=True, auto_delete=False)
    tower.rings("a")

    with pytest.raises(BrokerDown) as refused:
        tower.relays()
    assert queue_name("carts") in refused.value.why
    assert "delete it" in refused.value.hint
