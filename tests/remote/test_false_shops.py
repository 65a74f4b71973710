"""Whatever answers at an address: no token goes elsewhere, no answer is endless, and it is said what is wrong."""

import pytest

from micromart_core.adapters.remote.address import address_of, folder_name_of
from micromart_core.adapters.remote.gateway import RemoteGateway
from micromart_core.adapters.remote.refusals import AnswerLost, BadAddress, ShopMisbehaves, ShopUnreachable
from micromart_core.adapters.remote.wire import Wire
from micromart_core.carts.service import set_quantity, show_cart
from micromart_core.errors import InvalidValue, TryAgain
from micromart_core.identity import Credentials
from micromart_core.inventory.model import Reason, Sku
from micromart_core.inventory.service_stock import adjust_stock

TOKEN = "a-token-that-is-nobody-elses"
OK = "HTTP/1.1 200 OK\nConnection: close\nContent-Type: application/json\n"


CUT = ""


def problem(code: str, status: int, exit_code: int) -> str:
    body = f'{{"code": "{code}", "detail": "Not now.", "exit_code": {exit_code}}}'
    return f"HTTP/1.1 {status} No\nConnection: close\nContent-Length: {len(body)}\n\n{body}"


def asking(wire) -> RemoteGateway:
    return RemoteGateway(wire, lambda: Credentials(token=TOKEN))


def test_a_redirect_is_followed_nowhere(false_shop):
    thief, _ = false_shop(OK + "Content-Length: 2\n\n{}")
    moved = f"HTTP/1.1 307 Moved\nLocation: {thief.url}/v1/carts/show_cart\nConnection: close\nContent-Length: 0\n\n"
    shop, wire = false_shop(moved)

    with pytest.raises(ShopMisbehaves):
        asking(wire).run(show_cart)

    assert TOKEN in shop.heard[0]
    assert thief.heard == []


def test_an_answer_without_an_end_is_cut(false_shop):
    _, wire = false_shop(OK + "\n", endless=True)
    with pytest.raises(ShopMisbehaves, match="no shop"):
        asking(wire).run(show_cart)


@pytest.mark.parametrize(
    "answer",
    [
        OK + "Content-Length: 6\n\n<html>",
        OK + "Content-Length: 2\n\n{}",
        "HTTP/1.1 404 Not Found\nConnection: close\nContent-Length: 0\n\n",
        "HTTP/1.1 500 Oh\nConnection: close\nContent-Length: 2\n\n{}",
    ],
)
def test_what_is_no_shop_is_called_so(false_shop, answer):
    _, wire = false_shop(answer)
    with pytest.raises(ShopMisbehaves):
        asking(wire).run(show_cart)


def test_a_proxy_without_its_shop_is_asked_again(false_shop):
    proxy, wire = false_shop("HTTP/1.1 502 Bad Gateway\nConnection: close\nContent-Length: 0\n\n")
    with pytest.raises(ShopUnreachable, match="cannot be reached"):
        asking(wire).run(show_cart)

    assert len(proxy.heard) == 4


BUSY = problem("gateway.full", 503, 75)
TOO_OFTEN = problem("rate_limited", 429, 75)


@pytest.mark.parametrize("later", [BUSY, TOO_OFTEN, "HTTP/1.1 500 Oh\nConnection: close\nContent-Length: 0\n\n"])
def test_what_may_have_been_done_is_not_denied_by_a_later_try(false_shop, later):
    _, wire = false_shop(CUT, later)
    with pytest.raises(AnswerLost) as lost:
        asking(wire).run(adjust_stock, Sku("tea-01"), by=5, reason=Reason("delivery"))

    assert lost.value.idempotency_key in lost.value.hint


def test_what_was_never_begun_is_told_as_the_shop_tells_it(false_shop):
    shop, wire = false_shop(BUSY)
    with pytest.raises(TryAgain, match="Not now"):
        asking(wire).run(adjust_stock, Sku("tea-01"), by=5, reason=Reason("delivery"))

    assert len(shop.heard) == 4


@pytest.mark.parametrize(
    ("key", "sku"), [("Bestellung-fünf", "tea-01"), ("order 5", "tea-01"), ("order-5", "tea-\udcff")]
)
def test_what_no_request_can_carry_is_refused_in_a_sentence(false_shop, key, sku):
    shop, wire = false_shop(OK)
    with pytest.raises(InvalidValue):
        asking(wire).under(idempotency_key=key).run(set_quantity, Sku(sku), 1)

    assert shop.heard == []


def test_no_error_holds_the_token(false_shop):
    _, wire = false_shop("what is this\n\n")
    with pytest.raises(ShopUnreachable) as lost:
        asking(wire).run(show_cart)

    assert TOKEN not in repr((lost.value, lost.value.__cause__, lost.value.details, vars(lost.value)))


@pytest.mark.parametrize(
    "text",
    [
        "http://shop.example.org",
        "ftp://shop.example.org",
        "shop.example.org",
        "https://",
        "https://ann:secret@shop.example.org",
        "https://ann:secret@shop.example.org:99999",
        "https://ann:secret@[shop.example.org",
        "https://ann:secret@shop.example\N{ACCOUNT OF}.org",
        "ann:secret@shop.example.org",
        "https://shop.example.org/?a=b",
        "https://shop.example.org:99999",
        "https://shop.example.org/a b",
        "https://shop.example.org/\x1b[2J",
        "http://127.0.0.1.example.org",
        "https://shop..example.org",
        f"https://{'a' * 64}.example.org",
    ],
)
def test_no_token_goes_to_such_an_address(text):
    with pytest.raises(BadAddress) as refused:
        address_of(text)

    assert "secret" not in f"{refused.value} {refused.value.why} {refused.value.details}"


def test_a_name_that_none_can_have_is_a_bad_address():
    with pytest.raises(BadAddress):
        Wire("https://xn--a.example.org").get("/v1/shop")


def test_two_addresses_share_no_secrets():
    shops = ["https://shop.example.org", "https://shop.example.org:8443", "https://shop.example.org/other"]
    assert [address_of(f"{each}/") for each in shops] == shops
    assert len({folder_name_of(each) for each in shops}) == 3
