"""What a screen asks of others runs in threads that nobody who leaves has to wait for."""

from threading import Event, current_thread

import pytest

from micromart_tui import errands
from micromart_tui.errands import Errands
from tests.cli.whole_terminal import Terminal

HANGS = """
import threading
from pathlib import Path
from micromart_tui.start import open_storefront

class Hangs:
    def run(self, *asked, **named): threading.Event().wait()
    def changes(self): threading.Event().wait()
    def under(self, **intent): return self

open_storefront(Hangs(), Path("state"), opening=OPENING)
print("left")
"""


def test_an_answer_and_a_failure_come_back():
    errand = Errands()

    assert errand.submit(lambda words: words.upper(), "here").result(20) == "HERE"
    with pytest.raises(ZeroDivisionError):
        errand.submit(lambda: 1 / 0).result(20)


def test_each_has_a_thread_of_its_own_and_keeps_no_other_waiting():
    errand, held = Errands(), Event()
    many = [errand.submit(held.wait) for _ in range(50)]

    assert errand.submit(lambda: current_thread().daemon).result(20)
    assert not any(each.done() for each in many)
    held.set()
    assert all(each.result(20) for each in many)


def test_whoever_leaves_waits_for_what_ends_soon_and_not_for_what_hangs(monkeypatch):
    errand, held = Errands(), Event()
    soon = errand.submit(lambda: "placed")
    hangs = errand.submit(held.wait)
    monkeypatch.setattr(errands, "PATIENCE_SECONDS", 0.05)

    errand.shutdown()

    assert soon.result(0) == "placed"
    assert not hangs.done()
    held.set()


@pytest.mark.parametrize("opening", ["lambda: None", "lambda: threading.Event().wait()"], ids=["open", "opening"])
def test_a_shop_that_hangs_can_be_left(tmp_path, opening):
    terminal = Terminal(script=f"import os; os.chdir({str(tmp_path)!r})\n{HANGS.replace('OPENING', opening)}")
    assert terminal.sees("q quit")

    terminal.child.send("q")

    assert terminal.end() == 0
    assert b"left" in terminal.written
