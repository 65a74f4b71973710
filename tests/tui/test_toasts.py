"""Where a toast lies: what buys and the keys are covered only where nothing else can be."""

import pytest

from tests.tui.conftest import sitting

pytestmark = pytest.mark.anyio
LEFT, WHY = "Only 3 of NM-001 left; you asked for 5.", "Somebody else took the last ones before you did, sorry"


async def last_rows(gateway, size, *words, count=3):
    async with sitting(gateway, size) as sits:
        sits.app.tell(*words)
        assert await sits.sees(words[-1].split()[0])
        await sits.rests()
        return sits.lines[-count:]


async def test_a_toast_of_one_row_lies_over_the_keys(demo):
    *_, toast, keys = await last_rows(demo.guest("ann"), (40, 24), "Null Mug is held for 10:00.")

    assert "Null Mug is held" in toast
    assert "browse" in keys


async def test_a_toast_of_two_rows_leaves_what_buys_alone(demo):
    *page, upper, lower = await last_rows(demo.guest("ann"), (80, 24), WHY, LEFT, count=24)

    assert LEFT in upper
    assert WHY in lower
    assert any("add to cart" in each for each in page)


@pytest.mark.parametrize("words", [(WHY, LEFT), (WHY, "Refused"), ("No.", LEFT), (f"{WHY}; {WHY}",)])
async def test_a_toast_of_more_rows_leaves_the_keys_alone(demo, words):
    *_, keys = await last_rows(demo.guest("ann"), (40, 24), *words)

    assert "browse" in keys
