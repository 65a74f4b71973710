"""What is counted of operations: here, and in processes that tell of theirs."""

from micromart_core.metrics import Metrics, Tally

SHOW = ("carts/show_cart", "ok")


def test_what_other_processes_ran_is_added_to_ones_own():
    metrics = Metrics()
    metrics.note(*SHOW, 0.5, 1)

    metrics.hear("one", {SHOW: Tally(2, 1.0, 0)})
    metrics.hear("two", {SHOW: Tally(4, 1.0, 0)})
    metrics.hear("one", {SHOW: Tally(3, 2.0, 0)})

    assert metrics.snapshot() == {SHOW: Tally(8, 3.5, 1)}


def test_what_a_process_ran_that_has_ended_stays_counted():
    metrics = Metrics()
    metrics.hear("one", {SHOW: Tally(2, 1.0, 0)})

    metrics.settle("one")
    metrics.settle("never heard of")

    assert metrics.snapshot() == {SHOW: Tally(2, 1.0, 0)}


def test_whoever_looks_gets_a_copy():
    metrics = Metrics()
    metrics.note(*SHOW, 0.5, 0)

    metrics.snapshot()[SHOW].add(Tally(1, 1.0, 0))

    assert metrics.snapshot()[SHOW].count == 1
