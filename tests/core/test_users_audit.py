"""The audit: who did what to whom, never changed and never taken back."""

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from micromart_core.caller import Caller
from micromart_core.errors import NotAllowed
from micromart_core.users.service import audit
from micromart_core.users.service_staff import list_audit
from tests.people import within


def prices(shop, name: str, sku: str, before: str, after: str) -> None:
    within(shop, audit, "product.price", f"product:{sku}", before, after, caller=Caller(name))


def test_an_entry_has_actor_target_time_and_trace(shop, clock):
    prices(shop, "stan", "TEA-01", "4.50", "5.00")

    (entry,) = shop.staff().run(list_audit).items

    assert (entry.actor, entry.action, entry.target) == ("stan", "product.price", "product:TEA-01")
    assert (entry.before, entry.after, entry.at) == ("4.50", "5.00", clock.now)
    assert len(entry.trace_id) == 32


def test_the_trail_is_read_newest_first_filtered_and_a_page_at_a_time(shop, clock):
    for sku, name in (("A-1", "stan"), ("A-2", "sue"), ("A-3", "stan")):
        prices(shop, name, sku, "1", "2")
        clock.advance(minutes=1)
    auditor = shop.staff()

    def targets(**wanted):
        return [entry.target.removeprefix("product:") for entry in auditor.run(list_audit, **wanted).items]

    assert targets() == ["A-3", "A-2", "A-1"]
    assert targets(actor="stan") == ["A-3", "A-1"]
    assert targets(target="product:A-2") == ["A-2"]
    assert targets(action="product.delete") == []
    assert targets(since=clock.now.replace(minute=2)) == ["A-3"]
    newest = auditor.run(list_audit, limit=2)
    assert newest.next is not None
    assert targets(after=newest.next) == ["A-1"]


@pytest.mark.parametrize("statement", ["UPDATE audit_trail SET actor = 'nobody'", "DELETE FROM audit_trail"])
def test_the_database_itself_refuses_to_change_an_entry(shop, statement):
    prices(shop, "stan", "TEA-01", "1", "2")

    with pytest.raises(DBAPIError, match="append-only"), shop.database.begin(writes=True) as opened:
        opened.connection.execute(text(statement))

    assert [entry.actor for entry in shop.staff().run(list_audit).items] == ["stan"]


def test_a_shopper_may_not_read_it(shop):
    with pytest.raises(NotAllowed):
        shop.shopper("ann").run(list_audit)
