"""What was taken in before is passed over, however it comes mixed with what was not."""

import pytest

from micromart_core import inbox

FIRST, SECOND, THIRD = ("evt_1", "notifications.tell"), ("evt_2", "notifications.tell"), ("evt_2", "users.note")
MANY = [(f"evt_{1000 + number}", handler) for number in range(inbox.MANY) for handler in ("mails.tell", "users.note")]


@pytest.mark.parametrize(
    ("before", "asked", "new"),
    [
        ([], [FIRST, SECOND], {FIRST, SECOND}),
        ([FIRST], [FIRST, SECOND, THIRD], {SECOND, THIRD}),
        ([FIRST, SECOND], [SECOND, FIRST], set()),
        ([], [THIRD, THIRD], {THIRD}),
        ([THIRD], [THIRD, THIRD, SECOND], {SECOND}),
        ([FIRST], [], set()),
        ([], MANY, set(MANY)),
        ([MANY[7]], MANY, set(MANY) - {MANY[7]}),
        ([FIRST, *MANY], [*MANY, SECOND], {SECOND}),
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


def test_work_done_beside_a_batch_with_a_known_one_is_kept(shop):
    with shop.database.begin(writes=True) as opened:
        inbox.take_new(opened.connection, [FIRST], at=opened.now)
        assert inbox.take_new(opened.connection, [FIRST, *MANY], at=opened.now) == set(MANY)
        opened.commit()
    with shop.database.begin(writes=True) as opened:
        assert inbox.take_new(opened.connection, [FIRST, *MANY], at=opened.now) == set()
