"""Each planted bug can still be planted, and its tests are there: what nobody can plant proves nothing."""

from pathlib import Path

import pytest

from tests.mutants.planted import PLANTED

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize("mutant", PLANTED, ids=[mutant.name for mutant in PLANTED])
def test_a_bug_can_be_planted_in_one_place_only(mutant):
    assert (ROOT / mutant.file).read_text().count(mutant.was) == 1
    assert [test for test in mutant.tests if not (ROOT / test).is_file()] == []
