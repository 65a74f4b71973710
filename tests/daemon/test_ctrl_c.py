"""Ctrl-C while the program is being loaded, or when all is done, is 130 and not a word of Python's own."""

import random

from tests.interrupted import interrupted_after


def test_ctrl_c_says_nothing_from_the_first_line_of_the_program_to_its_last():
    moments = 0.0, *(random.uniform(0, 0.3) for _ in range(9))
    told = [interrupted_after(each, "micromart_daemon.__main__", ["--help"]) for each in moments]

    assert {words for _, words in told} == {""}
    assert {code for code, _ in told} <= {130, 0}
    assert told[0] == (130, "")
