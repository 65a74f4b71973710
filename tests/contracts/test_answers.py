"""What remembers answers, or does not: the same answers either way."""

from urllib.parse import urlsplit

import msgspec
import pytest

from micromart_core.adapters.redis.answers import LARGEST_BYTES, RedisAnswers
from micromart_core.adapters.redis.link import Link
from micromart_core.answers import NO_MEMORY
from micromart_core.changes import Change, Topic
from micromart_core.errors import NotFound
from micromart_core.settings import RedisSettings
from tests.ear import until
from tests.servers.cutting_proxy import CuttingProxy

ORDERS_CHANGED = frozenset({Change(Topic.ORDERS, "ord_1")})


class Truth:
    """A number that somebody may change, and how often it was looked at."""

    def __init__(self, value=1) -> None:
        self.value, self.looks = value, 0

    def look(self):
        self.looks += 1
        return self.value


class Process:
    """One process of a shop, as far as answers go."""

    def __init__(self, url: str, shop: str = "shop_1") -> None:
        self.link = Link(RedisSettings(url=url, timeout_ms=2000), lambda: shop)
        self.answers = RedisAnswers(self.link)
        assert self.link.wait_until_up(20)

    def tells(self, changes: frozenset[Change]) -> None:
        """Tell of a commit, and wait until it is told."""
        self.link.outgoing.add(changes)
        self.link.wake()
        until(lambda: self.link.outgoing.is_empty)

    def asks(self, truth: Truth, question=("sales",), topic=Topic.ORDERS, kind=int):
        return self.answers.remember(topic, question, kind, truth.look, 30)

    def close(self) -> None:
        self.link.close()


@pytest.fixture
def open_process(redis_url):
    """Open processes of shops named at will; each test has shops of its own."""
    opened = []

    def open_one(shop: str = "") -> Process:
        opened.append(Process(redis_url, f"{shop}{id(opened)}"))
        return opened[-1]

    yield open_one
    for each in opened:
        each.close()


@pytest.fixture(params=["no memory", pytest.param("redis", marks=pytest.mark.servers)])
def changed_and_asked(request):
    """A function that changes the truth, tells of it, and returns what is answered then."""
    if request.param == "no memory":

        def ask(truth: Truth, value):
            truth.value = value
            return NO_MEMORY.remember(Topic.ORDERS, ("sales",), int, truth.look, 30)

        return ask
    process = request.getfixturevalue("open_process")()

    def change_and_ask(truth: Truth, value):
        truth.value = value
        process.tells(ORDERS_CHANGED)
        return process.asks(truth)

    return change_and_ask


def test_what_changed_is_answered_as_it_is_now(changed_and_asked):
    truth = Truth()

    assert [changed_and_asked(truth, value) for value in (1, 1, 2, 3, 2)] == [1, 1, 2, 3, 2]


@pytest.mark.servers
class TestInRedis:
    def test_what_did_not_change_is_computed_once_for_all_processes(self, open_process):
        truth, one, other = Truth(), open_process(), open_process()

        assert [one.asks(truth), other.asks(truth), one.asks(truth)] == [1, 1, 1]
        assert truth.looks == 1

    def test_a_change_that_another_process_tells_of_counts_here(self, open_process):
        truth, one, other = Truth(), open_process(), open_process()
        one.asks(truth)
        truth.value = 2
        other.tells(ORDERS_CHANGED)

        assert one.asks(truth) == 2

    def test_a_change_that_is_not_told_yet_counts_for_who_made_it(self, open_process, redis_url):
        truth, one = Truth(), open_process()
        one.asks(truth)
        truth.value = 2
        one.link.outgoing.add(ORDERS_CHANGED)

        assert one.asks(truth) == 2

    def test_a_change_whose_telling_failed_is_told_again(self, open_process, redis_url):
        truth, other = Truth(), open_process()
        parts = urlsplit(redis_url)
        wire = CuttingProxy(parts.hostname, parts.port)
        one = Process(redis_url.replace(f":{parts.port}/", f":{wire.port}/"), other.link.namespace.partition(":")[2])
        other.asks(truth)
        truth.value = 2
        wire.cut_before(b"PUBLISH")
        one.tells(ORDERS_CHANGED)
        one.close()
        wire.close()

        assert wire.cuts == 1
        assert other.asks(truth) == 2

    def test_an_answer_that_was_begun_before_a_change_does_not_outlive_it(self, open_process):
        truth, one, other = Truth(), open_process(), open_process()

        def look_slowly():
            seen = truth.look()
            truth.value = 2
            other.tells(ORDERS_CHANGED)
            return seen

        assert one.answers.remember(Topic.ORDERS, ("sales",), int, look_slowly, 30) == 1
        assert one.asks(truth) == 2

    def test_other_topics_leave_an_answer_alone(self, open_process):
        truth, one = Truth(), open_process()
        one.asks(truth)
        one.tells(frozenset({Change(Topic.CARTS, "cart_1")}))
        one.asks(truth)

        assert truth.looks == 1

    def test_every_question_has_an_answer_of_its_own(self, open_process):
        one = open_process()
        questions = [("sales", "day"), ("sales", "hour"), ("sales", "day", None), ("sales", ["day"]), ("carts", "day")]
        answers = [one.asks(Truth(number), question) for number, question in enumerate(questions)]

        assert answers == [0, 1, 2, 3, 4]

    def test_two_shops_in_one_redis_do_not_hear_each_other(self, open_process):
        one, other = open_process("here"), open_process("there")
        one.asks(Truth("here"), kind=str)

        assert other.asks(Truth("there"), kind=str) == "there"

    def test_what_a_stranger_wrote_is_no_answer(self, open_process):
        truth, one = Truth(), open_process()
        one.asks(truth)
        key = one.answers._key(("sales",))
        client = one.link.client()
        version = client.get(key)[:32]
        for value in (b"", b"\xff", b"x" * 40, version, version + b"\xc1", version + msgspec.msgpack.encode("many")):
            client.set(key, value)
            assert one.asks(truth) == 1

        assert truth.looks == 7

    def test_a_version_that_a_stranger_wrote_is_replaced(self, open_process):
        truth, one = Truth(), open_process()
        one.link.client().set(f"{one.link.namespace}:version:orders", b"7")
        assert [one.asks(truth) for _ in range(3)] == [1, 1, 1]

        assert truth.looks == 1
        assert len(one.link.client().get(f"{one.link.namespace}:version:orders")) == 32

    def test_a_key_of_another_kind_is_no_error(self, open_process):
        truth, one = Truth(), open_process()
        key = one.answers._key(("sales",))
        one.link.client().lpush(key, "x")

        assert one.asks(truth) == 1

    def test_an_answer_is_forgotten_in_time_even_when_nobody_tells(self, open_process):
        one = open_process()
        one.asks(Truth())
        one.asks(Truth())

        assert 0 < one.link.client().ttl(one.answers._key(("sales",))) <= 30

    def test_a_refusal_is_not_remembered(self, open_process):
        one = open_process()

        def refuse() -> int:
            raise NotFound("There is no such thing.")

        for _ in range(2):
            with pytest.raises(NotFound):
                one.answers.remember(Topic.ORDERS, ("sales",), int, refuse, 30)

    def test_what_is_too_large_is_computed_each_time(self, open_process):
        truth, one = Truth("x" * LARGEST_BYTES), open_process()
        for _ in range(3):
            one.asks(truth, kind=str)

        assert truth.looks == 3
