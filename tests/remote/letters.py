"""Waits for the letters of a gateway: they leave after its answers."""

import time

from micromart_cli.letter_box import code_sent_to


def code_for(shop, address, *, but=None):
    """The code of the newest letter, which leaves soon after the answer; `but` is one that came before."""
    end = time.monotonic() + 20
    while (code := code_sent_to(shop.folder / "outbox", address)) in (None, but):
        assert time.monotonic() < end, "no letter came"
        time.sleep(0.01)
    return code
