"""Where a toast lies: what buys and the keys are covered only where nothing else can be."""

import pytest

from tests.tui.conftest import sitting

pytestmark = pytest.mark.anyio
ELSEWHERE = "It ends by itself elsewhere."
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


@pytest.mark.parametrize(
    ("size", "words"),
    [((100, 30), (f"{WHY} about this", LEFT)), ((80, 24), (WHY, LEFT)), ((40, 24), (ELSEWHERE, "ada left"))],
)
async def test_a_toast_of_two_rows_lies_below_the_bar_where_nothing_stands(demo, size, words):
    async with sitting(demo.guest("ann"), size) as sits:
        before = sits.lines

        sits.app.tell(*words)
        await sits.sees(words[0])
        await sits.rests()
        now = sits.lines

    changed = [y for y, (row, former) in enumerate(zip(now, before, strict=True)) if row != former]
    assert [words[1] in now[y] or words[0] in now[y] for y in changed] == [True, True]
    assert all(not former.strip(" ─━") for former in (before[y] for y in changed))


async def test_a_toast_after_one_below_the_bar_lies_over_the_keys_again(demo):
    async with sitting(demo.guest("ann"), (40, 24)) as sits:
        sits.app.tell(ELSEWHERE, "ada left")
        await sits.sees("ada left")

        sits.app.tell("Null Mug is held.")
        await sits.sees("Null Mug is held.")

        assert "Null Mug is held." in sits.lines[-2]


@pytest.mark.parametrize("words", [(WHY, LEFT), (WHY, "Refused"), ("No.", LEFT), (f"{WHY}; {WHY}",)])
async def test_a_toast_of_more_rows_leaves_the_keys_alone(demo, words):
    *_, keys = await last_rows(demo.guest("ann"), (40, 24), *words)

    assert "browse" in keys


async def test_of_several_words_at_once_only_the_newest_is_told(demo):
    async with sitting(demo.guest("ann"), (80, 24)) as sits:
        for number in range(5):
            sits.app.tell(f"This is the word {number}.")
        assert await sits.sees("This is the word 4.")
        await sits.rests()

        assert sits.screen.count("This is the word") == 1


async def test_why_something_was_refused_is_a_sentence(demo):
    async with sitting(demo.shopper("ann"), (80, 24)) as sits:
        await sits.press("A")

        assert await sits.sees("It needs the permission")
