"""The contract: Ctrl-C is 130 and leaves nothing half done, whenever it comes."""

import os
import random
from pathlib import Path

import pytest

from tests.interrupted import interrupted_after

CHECKOUT = Path(__file__).parents[2]
LOOKS = ("product", "list")


@pytest.mark.slow
@pytest.mark.alone
def test_ctrl_c_is_130_and_not_a_word_from_the_first_line_of_the_program_to_its_last(micromart, home_elsewhere):
    assert micromart(*LOOKS).code == 0
    environ = os.environ | {"PYTHONPATH": str(CHECKOUT)}
    environ |= home_elsewhere.asked(LOOKS, environ)
    moments = 0.0, *(random.uniform(0, 0.8) for _ in range(30))
    told = [interrupted_after(each, "micromart_cli.__main__", LOOKS, environ) for each in moments]

    assert {words for _, words in told} == {""}
    assert {code for code, _ in told} <= {130, 0}
    assert told[0] == (130, "")
