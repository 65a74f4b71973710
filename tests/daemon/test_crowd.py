"""Whose an address is, for limits: one customer has one name, however many addresses are theirs."""

import pytest

from micromart_daemon.crowd import Crowd, customer_of


@pytest.mark.parametrize(
    ("address", "customer"),
    [
        ("203.0.113.9", "203.0.113.9"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::"),
        ("2001:db8:1:2::", "2001:db8:1:2::"),
        ("::ffff:203.0.113.9", "203.0.113.9"),
        ("fe80::1%eth0", "fe80::"),
        ("", ""),
    ],
)
def test_a_customer_of_ipv6_has_a_whole_network_and_one_of_ipv4_an_address(address, customer):
    assert customer_of(address) == customer


def test_a_place_that_was_left_is_free_again_and_others_keep_theirs():
    crowd = Crowd(3, 1)

    assert [crowd.let_in(source) for source in ("ann", "ann", "bob", "cid", "dan")] == [True, False, True, True, False]
    crowd.leave("bob")
    assert [crowd.let_in(source) for source in ("ann", "dan", "bob")] == [False, True, False]
