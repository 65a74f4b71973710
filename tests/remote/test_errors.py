"""What a shop refuses is the same error elsewhere: its type, its facts, its exit code."""

import pytest

from micromart_core.adapters.local_identity.operations import find_account
from micromart_core.adapters.remote.problems import error_of
from micromart_core.adapters.remote.refusals import BesideTheDatabase
from micromart_core.caller import Caller
from micromart_core.carts.service import add_units, set_quantity, show_cart
from micromart_core.errors import SignInFirst, TryAgain
from micromart_core.inventory.model import OutOfStock, Reason, Sku
from micromart_core.inventory.service_stock import adjust_stock

TEA = Sku("tea-01")


@pytest.fixture
def guest(shop):
    return shop.elsewhere.door(Caller("guest", cart_key="key-of-ann"), shop.guest("ann"))


def test_what_is_set_aside_from_elsewhere_is_set_aside(shop, guest):
    shop.stocks(TEA, on_hand=3)

    cart = guest.run(set_quantity, TEA, 2)

    assert cart.item_count == 2
    assert guest.run(show_cart) == cart
    assert shop.raw_stock(TEA) == (3, 2)


def test_too_few_are_told_with_how_many_there_are(shop, guest):
    shop.stocks(TEA, on_hand=1)

    with pytest.raises(OutOfStock) as refused:
        guest.run(set_quantity, TEA, 2)

    assert refused.value.details == {"sku": TEA, "wanted": 2, "available": 1}
    assert (refused.value.exit_code, len(refused.value.trace_id)) == (4, 32)


def test_who_may_not_is_told_so(shop, guest):
    shop.stocks(TEA, on_hand=1)
    with pytest.raises(SignInFirst):
        guest.run(adjust_stock, TEA, by=1, reason=Reason("delivery"))


def test_what_runs_beside_the_database_is_never_sent(guest):
    with pytest.raises(BesideTheDatabase, match="find_account runs beside"):
        guest.run(find_account, "ann")


def test_a_rehearsal_changes_nothing(shop, guest):
    shop.stocks(TEA, on_hand=3)

    foreseen, was_done = guest.rehearse(set_quantity, TEA, 2)

    assert (foreseen.item_count, was_done) == (2, False)
    assert shop.raw_stock(TEA) == (3, 0)


def test_what_was_done_under_a_key_before_is_answered_and_said(shop, guest):
    shop.stocks(TEA, on_hand=3)
    keyed = guest.under(idempotency_key="k1")

    answers = [keyed.answer(add_units, TEA, 2) for _ in range(2)]

    assert [(cart.item_count, was_done) for cart, was_done in answers] == [(2, False), (2, True)]


def test_an_error_of_a_newer_shop_keeps_its_family_and_its_name():
    told = error_of(b'{"code": "tea.cold", "detail": "The tea is cold.", "exit_code": 75, "facts": {"degrees": 12}}')

    assert isinstance(told, TryAgain)
    assert (told.code, told.details, str(told)) == ("tea.cold", {"degrees": 12}, "The tea is cold.")


def test_a_shop_cannot_choose_how_an_error_behaves():
    told = error_of(b'{"code": "refused", "detail": "No.", "exit_code": 4, "facts": {"exit_code": 0, "by_code": 1}}')

    assert (told.exit_code, told.details) == (4, {})


@pytest.mark.parametrize("body", [b"", b"[]", b"<html>", b'{"code": 1, "detail": 2}', b"[" * 100_000])
def test_what_is_no_problem_is_no_error_of_a_shop(body):
    assert error_of(body) is None
