"""What was taken in before is passed over, however it comes mixed with what was not."""

import pytest

from micromart_core import inbox

FIRST, SECOND, THIRD = ("evt_1", "notifications.tell"), ("evt_2", "notifications.tell"), ("evt_2", "users.note")


@pytest.mark.parametrize(
    ("before", "asked", "new"),
    [
        ([], [FIRST, SECOND], {FIRST, SECOND}),
        ([FIRST], [FIRST, SECOND, THIRD], {SECOND, THIRD}),
        ([FIRST, SECOND], [SECOND, FIRST], set()),
        ([], [THIRD, THIRD], {THIRD}),
        ([THIRD], [THIRD, THIRD, SECOND], {SECOND}),
        ([FIRST], [], set()),
    ],
)
def test_only_what_nobody_had_noted_is_new(shop, before, asked, new):
    with shop.database.begin(writes=True) as opened:
        inbox.take_new(opened.connection, before, at=opened.now)

        assert inbox.take_new(opened.connection, asked, at=opened.now) == new
        assert inbox.take_new(opened.connection, asked, at=opened.now) == set()


def test_what_was_noted_and_taken_back_is_new_again(shop):
    with shop.database.begin(writes=True) as opened:
        assert inbox.take_new(opened.connection, [FIRST], at=opened.now) == {FIRST}
    with shop.database.begin(writes=True) as opened:
        assert inbox.take_new(opened.connection, [FIRST, SECOND], at=opened.now) == {FIRST, SECOND}
