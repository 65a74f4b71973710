"""Mail servers that refuse, delay, hang up and are away: no order stays without its letter (FAULTS F6)."""

from collections import Counter

import pytest

from tests.daemon.process import eventually

pytestmark = [pytest.mark.servers, pytest.mark.slow]
STAFF = {"MICROMART_SHOP__STAFF_EMAIL": "staff@example.org", "MICROMART_MAIL__TIMEOUT_SECONDS": "8"}
LATER = "UPDATE mails SET next_attempt_at = now(), claimed_until = NULL WHERE status = 'queued'"
TRIED = "SELECT coalesce(sum(attempts), 0) FROM mails"


def ids_of(letters) -> Counter:
    return Counter(letter["Message-ID"] for letter in letters)


def test_451_is_tried_again_and_550_is_final_at_once(posted, post):
    posted.stocks()
    posted.daemon(env=STAFF)
    posted.buys("grey", email="grey+ann@example.org")
    posted.buys("perm", email="perm@example.org")
    for tries in (1, 2):
        eventually(
            lambda tries=tries: (
                (tries,)
                in posted.shop.rows("""SELECT attempts FROM mails
            WHERE claimed_until IS NULL AND last_error LIKE '451%'""")
            )
        )
        posted.changes(LATER)
    posted.comes_to_rest()

    assert posted.shop.rows("SELECT attempts, status FROM mails WHERE \"to\" LIKE 'grey%'") == [(3, "sent")]
    assert posted.shop.rows("SELECT attempts, status FROM mails WHERE \"to\" LIKE 'perm%'") == [(1, "dead")]
    assert posted.shop.rows("SELECT count(*) FROM mails WHERE template = 'mail-dead'") == [(1,)]
    assert {letter["To"] for letter in post.letters()} == {"grey+ann@example.org", "staff@example.org"}
    assert posted.is_sound()


def test_a_slow_server_keeps_no_other_daemon_from_sending(posted, post):
    posted.stocks()
    for _ in range(2):
        posted.daemon(env=STAFF)
    posted.buys("slow", email="slow@example.org")
    eventually(lambda: posted.count("SELECT count(*) FROM mails WHERE claimed_until IS NOT NULL"))
    posted.buys("ann")
    eventually(lambda: "ann@example.org" in {letter["To"] for letter in post.letters()})
    posted.comes_to_rest()

    assert set(ids_of(post.letters()).values()) == {1}
    assert posted.is_sound()


def test_a_cut_after_the_letter_may_bring_a_copy_under_the_same_id(posted, post):
    posted.stocks()
    posted.daemon(env=STAFF)
    posted.buys("cut", email="cut@example.org")
    for tries in (1, 2):
        eventually(lambda tries=tries: len(post.letters()) == tries)
        eventually(lambda: not posted.count("SELECT count(*) FROM mails WHERE claimed_until IS NOT NULL"))
        posted.changes(LATER)
    eventually(lambda: len(post.letters()) == 3)

    assert len(ids_of(post.letters())) == 1
    assert posted.shop.rows("SELECT count(*) FROM mails") == [(1,)]


def test_a_server_that_is_away_blocks_no_sale_and_is_not_stormed(posted, post):
    posted.stocks()
    post.down()
    posted.daemon(env=STAFF)
    for number in range(20):
        posted.buys(f"u{number}")
    eventually(lambda: posted.count(TRIED) == 20)
    eventually(posted.is_taken_in)
    assert posted.count("SELECT max(attempts) FROM mails") == 1  # the next try of each is a minute away

    post.up()
    posted.changes(LATER)
    posted.comes_to_rest()
    assert sorted(ids_of(post.letters()).values()) == [1] * 20
    assert posted.is_sound()
