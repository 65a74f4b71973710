"""Addresses: the first becomes the default one, and there is never more than one default."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from micromart_core.errors import InvalidValue
from micromart_core.users.model import TooManyAddresses, UnknownAddress
from micromart_core.users.service import address_for
from micromart_core.users.service_addresses import (
    MOST_ADDRESSES,
    add_address,
    default_address,
    list_addresses,
    remove_address,
)
from tests.people import within

HOME = {"name": "Ann Brook", "line1": "1 Mill Lane", "city": "Ely", "postcode": "CB7 4DL", "country": "gb"}
WORK = HOME | {"line1": "9 Quay", "line2": "3rd floor", "region": "Cambs"}


def goes_to(shop, name: str, address_id: str | None):
    return within(shop, address_for, f"usr_{name}", address_id)


def test_the_first_address_becomes_the_default_one(shop):
    ann = shop.shopper("ann")
    assert goes_to(shop, "ann", None) is None

    home = ann.run(add_address, **HOME)
    work = ann.run(add_address, **WORK)

    assert (home.is_default, work.is_default) == (True, False)
    assert (home.country, work.line2, work.region) == ("GB", "3rd floor", "Cambs")
    assert goes_to(shop, "ann", None) == home
    assert goes_to(shop, "ann", work.id) == work


def test_an_address_has_one_order_of_its_lines(shop):
    work = shop.shopper("ann").run(add_address, **WORK)

    assert work.lines == ("Ann Brook", "9 Quay", "3rd floor", "CB7 4DL Ely", "Cambs", "GB")
    assert work.within_country == work.lines[1:-1]


def test_another_can_be_made_the_default_one(shop):
    ann = shop.shopper("ann")
    ann.run(add_address, **HOME)
    work = ann.run(add_address, **WORK)

    assert ann.run(default_address, work.id).is_default

    assert [each.is_default for each in ann.run(list_addresses)] == [False, True]


def test_removing_the_default_one_makes_the_oldest_left_the_default(shop):
    ann = shop.shopper("ann")
    home = ann.run(add_address, **HOME)
    work = ann.run(add_address, **WORK)

    assert ann.run(remove_address, home.id) == home

    assert [each.id for each in ann.run(list_addresses)] == [work.id]
    assert goes_to(shop, "ann", None).id == work.id


def test_another_persons_address_is_unknown(shop):
    home = shop.shopper("ann").run(add_address, **HOME)
    bob = shop.shopper("bob")

    for use in (default_address, remove_address):
        with pytest.raises(UnknownAddress):
            bob.run(use, home.id)
    with pytest.raises(UnknownAddress):
        goes_to(shop, "bob", home.id)


@pytest.mark.parametrize(
    "wrong",
    [
        {"country": "XX"},
        {"country": "Germany"},
        {"city": "  "},
        {"line1": "1 Mill Lane\nBcc: everybody"},
        {"name": "\x1b]0;gotcha\x07"},
        {"postcode": "9" * 17},
        {"region": "\u202eevil"},
    ],
)
def test_what_is_no_address_is_refused(shop, wrong):
    with pytest.raises(InvalidValue):
        shop.shopper("ann").run(add_address, **HOME | wrong)


def test_a_person_keeps_a_limited_number(shop):
    ann = shop.shopper("ann")
    for _ in range(MOST_ADDRESSES):
        ann.run(add_address, **HOME)

    with pytest.raises(TooManyAddresses):
        ann.run(add_address, **HOME)


def test_added_at_the_same_time_one_is_the_default_one(live_shop):
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda _: live_shop.shopper("ann").run(add_address, **HOME), range(8)))

    kept = live_shop.shopper("ann").run(list_addresses)
    assert (len(kept), sum(each.is_default for each in kept)) == (8, 1)
