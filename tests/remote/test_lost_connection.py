"""A connection that is lost: said in one sentence, taken up again, and nothing done twice."""

import os
import socket

import pytest

from micromart_core.adapters.remote import wire as wires
from micromart_core.adapters.remote.gateway import RemoteGateway
from micromart_core.adapters.remote.news import News
from micromart_core.adapters.remote.refusals import AnswerLost, ShopUnreachable
from micromart_core.adapters.remote.shop import home_at
from micromart_core.adapters.remote.wire import Wire
from micromart_core.adapters.session_store import SessionStore, StoredSession
from micromart_core.caller import Caller
from micromart_core.changes import ANYTHING, Topic
from micromart_core.home import find_home
from micromart_core.identity import Credentials
from micromart_core.inventory.model import Reason, Sku
from micromart_core.inventory.service_levels import show_level
from micromart_core.inventory.service_stock import adjust_stock
from micromart_core.permissions import EVERYTHING

TEA = Sku("tea-01")


@pytest.fixture
def clerk(shop, cut_wire):
    """Staff, whose connection goes over the wire that is cut."""
    token = shop.elsewhere.tokens.token_of(Caller("stan", EVERYTHING, user_id="usr_stan", signed_in=True))
    wire = Wire(cut_wire.url)
    yield RemoteGateway(wire, lambda: Credentials(token=token))
    wire.close()


def test_a_lost_answer_is_asked_for_again_and_the_work_done_once(shop, clerk, cut_wire):
    shop.stocks(TEA, on_hand=1)
    cut_wire.cuts = 2

    level = clerk.run(adjust_stock, TEA, by=5, reason=Reason("delivery"))

    assert level.on_hand == 6
    assert shop.raw_stock(TEA).on_hand == 6


def test_an_answer_that_never_comes_names_the_key_to_ask_again_with(shop, clerk, cut_wire):
    shop.stocks(TEA, on_hand=1)
    cut_wire.cuts = wires.ATTEMPTS

    with pytest.raises(AnswerLost) as lost:
        clerk.run(adjust_stock, TEA, by=5, reason=Reason("delivery"))
    again = clerk.under(idempotency_key=lost.value.idempotency_key).run(
        adjust_stock, TEA, by=5, reason=Reason("delivery")
    )

    assert (again.on_hand, shop.raw_stock(TEA).on_hand) == (6, 6)


def test_reading_again_harms_nothing(shop, clerk, cut_wire):
    shop.stocks(TEA, on_hand=1)
    cut_wire.cuts = wires.ATTEMPTS

    with pytest.raises(ShopUnreachable):
        clerk.run(show_level, TEA)

    assert clerk.run(show_level, TEA).on_hand == 1


def test_nobody_there_is_said_with_the_address():
    with socket.create_server(("127.0.0.1", 0)) as listener:
        url = f"http://127.0.0.1:{listener.getsockname()[1]}"
    with pytest.raises(ShopUnreachable) as lost:
        RemoteGateway(Wire(url)).run(show_level, TEA)

    assert (lost.value.url, lost.value.exit_code) == (url, 69)
    assert lost.value.why == "Connection refused"


def test_who_is_offline_can_still_sign_out_here(home, cli):
    with socket.create_server(("127.0.0.1", 0)) as listener:
        url = f"http://127.0.0.1:{listener.getsockname()[1]}"
    store = SessionStore(home_at(find_home(os.environ), url))
    store.save(StoredSession("ann", "local", "a-token"))

    left = cli("auth", "logout", "--context", url)

    assert (left.code, store.load()) == (0, None)
    assert "ann is signed out, here only" in left.err


def test_news_go_on_after_the_stream_was_cut(shop, clerk, cut_wire):
    shop.stocks(TEA, on_hand=9)
    news = News(clerk.wire, clerk.credentials)
    changes = news.listen()
    assert next(changes) == ANYTHING

    cut_wire.hang_up()
    clerk.run(adjust_stock, TEA, by=1, reason=Reason("delivery"))
    heard = next(changes)
    while heard.topic != Topic.STOCK:
        clerk.run(adjust_stock, TEA, by=1, reason=Reason("delivery"))
        heard = next(changes)

    assert heard.key in (TEA, "")
    changes.close()
    news.close()


def test_news_go_on_after_what_nobody_foresaw(shop, clerk):
    shop.stocks(TEA, on_hand=9)
    troubles = [ValueError("no error of the shop's own")]

    def credentials() -> Credentials:
        if troubles:
            raise troubles.pop()
        return clerk.credentials()

    news = News(clerk.wire, credentials)
    changes = news.listen()
    heard = next(changes)
    while heard.topic != Topic.STOCK:
        clerk.run(adjust_stock, TEA, by=1, reason=Reason("delivery"))
        heard = next(changes)

    assert not troubles
    changes.close()
    news.close()


def test_news_of_connections_that_were_given_back_end_quietly(clerk):
    clerk.wire.get("/v1/shop")
    clerk.wire.close()

    with pytest.raises(ShopUnreachable), clerk.wire.stream("/v1/changes", {}):
        pass
