"""How the places of the desk look, on terminals of three sizes."""

import pytest

from micromart_core.maintenance.health import Check
from tests.elsewhere import beside_the_database
from tests.tui.busy_desk import fill_carts, set_the_desk
from tests.tui.conftest import SIZES

each_size = pytest.mark.parametrize("size", SIZES)


@pytest.fixture
def desk(shop, clock, monkeypatch):
    """The busy desk, with ids that are the same in every run: they stand in commands, and name guests."""
    numbers = iter(range(100, 1000))
    for module in ("carts.store", "orders.service"):
        monkeypatch.setattr(f"micromart_core.{module}.new_id", lambda prefix: f"{prefix}_{next(numbers)}")
    monkeypatch.setattr("micromart_core.orders.service.new_number", lambda: f"MM-7Q2{next(numbers)}")
    set_the_desk(shop, clock)
    return shop


@pytest.fixture
def looks_like(desk, picture):
    """Compare a place with its picture, after some keys."""

    def compare(place: str, *keys: str, looks=tuple) -> bool:
        return picture(desk.staff(), place, *keys, looks=looks)

    return compare


@each_size
def test_orders_stand_in_lanes(looks_like):
    assert looks_like("desk/orders", "right", "down")


@each_size
def test_a_move_is_asked_for_above_its_command(looks_like):
    assert looks_like("desk/orders", "right", "right", "m")


@each_size
def test_an_order_tells_its_steps_and_letters(looks_like):
    assert looks_like("desk/orders", "right", "right", "right", "enter")


@pytest.fixture
def with_carts(desk, clock):
    fill_carts(desk, clock)


@each_size
def test_carts_end_one_after_the_other(with_carts, looks_like):
    assert looks_like("desk/carts", "down")


@each_size
def test_letting_go_asks_for_a_reason(with_carts, looks_like):
    assert looks_like("desk/carts", "z", "right")


@each_size
def test_a_letter_lies_on_a_light_sheet(looks_like):
    assert looks_like("desk/mail", "down", "enter", "enter")


@beside_the_database("how far behind the work is, is told on no wire, and stands in the picture")
@each_size
def test_what_is_down_stands_out(looks_like):
    def found(name, detail, *, ok=True):
        return name, lambda: Check(name, ok=ok, detail=detail, fix=None if ok else "start it, or set redis.url")

    looks = (
        found("database", "reached postgresql://shop@db/shop"),
        found("redis", "Connection refused", ok=False),
        found("broker", "reached amqp://shop@broker/shop"),
        found("mail", "reached smtp://relay:25 in clear"),
        found("identity", "local accounts"),
    )
    assert looks_like("desk/health", "down", looks=lambda: looks)
