"""Whoever can publish at the broker can lie: the shop keeps its promises all the same, and nothing is stuck."""

import msgspec
import pytest

from micromart_core.events import LARGEST
from micromart_core.inventory.service_verify import verify_stock
from tests.core.order_stories import buys, lives_at, without_address
from tests.servers.broker_stories import Tower, broken, heard

pytestmark = pytest.mark.servers


@pytest.fixture
def tower(shop, broker_url):
    heard.clear()
    broken.clear()
    tower = Tower(without_address(shop), broker_url)
    tower.shop.stocks("TEA-01", on_hand=5)
    lives_at(tower.shop, "bob")
    tower.order = buys(tower.shop.shopper("bob"), "TEA-01", 1)
    while tower.relays():
        tower.takes_in(quiet_rounds=1)
    return tower


def true_event(tower) -> dict:
    """The event of the one true order, as it went over the wire."""
    [row] = tower.shop.rows("SELECT id, type, key, trace_id, data FROM outbox WHERE type = 'order.placed'")
    facts = {"id": row.id, "type": row.type, "at": "2026-01-01T12:00:00Z", "key": row.key, "trace_id": row.trace_id}
    return facts | {"data": msgspec.json.decode(row.data)}


def state_of(tower) -> list:
    """Everything an event may change: what a user bought, what was written, what is on hand."""
    return [
        tower.shop.rows("SELECT order_id, user_id, number, status, version FROM user_orders ORDER BY order_id"),
        tower.shop.rows("SELECT count(*) FROM mails"),
        tower.shop.rows("SELECT sku, on_hand, held FROM stock"),
        tower.shop.rows("SELECT count(*) FROM stock_movements"),
    ]


def test_the_same_order_told_under_another_id_changes_nothing(tower):
    before = state_of(tower)
    tower.posts(msgspec.json.encode(true_event(tower) | {"id": "evt_forged"}), "order.placed")
    tower.takes_in()

    assert state_of(tower) == before
    assert tower.depths() == {}


@pytest.mark.parametrize(
    "lie",
    [
        {"order_id": "ord_nobody"},
        {"user_id": "usr_nobody", "order_id": "ord_nobody"},
        {"version": 10**18},
        {"number": "MM-\x1b[31m"},
        {"email": "x@example.org\r\nBcc: everybody@example.org", "order_id": "ord_other"},
        {"number": "MM-\0", "order_id": "ord_nul"},
        {"order_id": "ord_\0"},
        {"order_id": "ord_" + "x" * 100_000},
    ],
)
def test_a_lie_about_an_order_sells_nothing_and_is_settled(tower, lie):
    event = true_event(tower)
    event["data"] |= lie
    tower.posts(msgspec.json.encode(event | {"id": "evt_lie"}), "order.placed")
    tower.takes_in()

    assert tower.depths() == {}
    assert tower.shop.raw_stock("TEA-01") == (4, 0)
    assert tower.shop.staff().run(verify_stock).violations == ()


def test_a_lie_with_more_products_than_a_statement_can_name_is_no_outage(tower):
    [(user_id,)] = tower.shop.rows("SELECT id FROM users")
    with tower.shop.database.begin(writes=True) as opened:
        opened.connection.exec_driver_sql("UPDATE users SET email = 'bob@example.org'")
        opened.commit()
    lines = [[f"S{number}", 1] for number in range(70_000)]
    data = {"cart_id": "cart_1", "user_id": user_id, "lines": lines}
    event = true_event(tower) | {"id": "evt_lie", "type": "cart.expired", "data": data}
    assert len(msgspec.json.encode(event)) < LARGEST
    tower.posts(msgspec.json.encode(event), "cart.expired")
    tower.takes_in()

    assert tower.depths() == {}
    refused = set() if tower.shop.database.is_sqlite else {"cart.expired"}
    assert {kind for kind, _, _ in tower.dead()} == refused


@pytest.mark.parametrize(("size", "kept_as"), [(200_000, "order.placed"), (5_000_000, "unreadable")])
def test_a_huge_message_is_put_aside(tower, size, kept_as):
    event = true_event(tower) | {"id": "evt_huge"}
    event["data"]["number"] = ["x" * size]
    tower.posts(msgspec.json.encode(event), "order.placed")
    tower.takes_in()

    assert tower.depths() == {}
    assert {kind for kind, _, _ in tower.dead()} == {kept_as}
    assert tower.shop.rows("SELECT max(length(body)) FROM dead_letters")[0][0] <= LARGEST


def test_a_message_in_the_dead_letter_queue_that_never_was_an_event_is_kept_for_a_person(tower):
    from micromart_core.adapters.rabbitmq.topology import DEAD

    with tower.channel() as channel:
        channel.basic_publish(channel.prepare_message(b"\x00\xff nonsense"), DEAD.name, "carts")
    tower.takes_in()

    [(kind, _, error)] = tower.dead()
    assert kind == "unreadable"
    assert error.startswith("no event, for carts: ")
    assert error.endswith("; its body is in base64")
    assert tower.depths() == {}
