"""How the places of the desk look, on terminals of three sizes."""

import pytest

from micromart_tui.app import MartApp
from tests.tui.busy_desk import set_the_desk
from tests.tui.conftest import SIZES

each_size = pytest.mark.parametrize("size", SIZES)


@pytest.fixture
def desk(shop, clock, request):
    if "postgresql" in request.node.name:
        pytest.skip("a picture is the same on every database")
    set_the_desk(shop, clock)
    return shop


async def _press(pilot, keys) -> None:
    for key in ("", *keys):
        await _settle(pilot)
        if key:
            await pilot.press(key)
    await pilot.pause(0.5)
    await pilot.app.workers.wait_for_complete()
    await pilot.pause()


async def _settle(pilot) -> None:
    for _ in range(3):
        await pilot.app.workers.wait_for_complete([worker for worker in pilot.app.workers if worker.group != "stays"])
        await pilot.pause(0.2)


@pytest.fixture
def looks_like(desk, size, snap_compare):
    """Compare a place with its picture, after some keys."""

    def compare(place: str, *keys: str) -> bool:
        app = MartApp(desk.staff(), at=place, tick=lambda: 0.0)
        return snap_compare(app, run_before=lambda pilot: _press(pilot, keys), terminal_size=SIZES[size])

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
