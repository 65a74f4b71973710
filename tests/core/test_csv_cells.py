"""What CSV files are read, what is refused, and that every cell comes back unchanged."""

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from micromart_core import csv_cells
from micromart_core.csv_cells import Row, read_rows, write_rows
from micromart_core.errors import BadRows, InvalidValue

CELLS = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=20)
AWKWARD = st.text(st.sampled_from("'=+-@\t\r\n\",; a"), max_size=8)


@given(st.lists(st.tuples(CELLS | AWKWARD, CELLS | AWKWARD), max_size=5))
def test_every_cell_comes_back_unchanged(rows):
    text = write_rows(("a", "b"), rows)

    assert [(row.cells["a"], row.cells["b"]) for row in read_rows(text, ("a", "b"))] == rows


@pytest.mark.parametrize("cell", ["=1+1", "+1", "-1", "@x", "\tx", "\rx", "'=1", "''-1"])
def test_no_cell_begins_like_a_formula(cell):
    (_, written) = csv.reader(io.StringIO(write_rows(("a",), [(cell,)]), newline=""))

    assert written[0].startswith("'")


def test_a_plain_apostrophe_is_left_alone():
    assert write_rows(("a",), [("'tis",)]) == "a\n'tis\n"


def test_a_person_may_write_a_negative_number_without_the_apostrophe():
    assert read_rows("by\n-3\n", ("by",)) == (Row(2, {"by": "-3"}),)


def test_a_byte_order_mark_windows_lines_and_empty_rows_are_accepted():
    rows = read_rows("\ufeffSKU, name\r\nA,one\r\n\r\nB,two\r\n", ("sku", "name"))

    assert rows == (Row(2, {"sku": "A", "name": "one"}), Row(4, {"sku": "B", "name": "two"}))


def test_a_number_stays_a_number():
    assert write_rows(("a", "b"), [(-3, 0)]) == "a,b\n-3,0\n"


def test_none_becomes_an_empty_cell():
    assert write_rows(("a", "b"), [(None, 1)]) == "a,b\n,1\n"


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "empty"),
        ("name\nx\n", "lacks sku"),
        ("sku,colour\nA,b\n", "unknown columns: colour"),
        ("sku,sku\nA,A\n", "twice"),
        ('"sku\n', "unexpected end"),
    ],
)
def test_a_wrong_header_is_a_bad_row_one(text, why):
    with pytest.raises(BadRows, match="1 bad row") as refusal:
        read_rows(text, ("sku",), ("name",))

    assert refusal.value.rows[0][0] == 1
    assert why in refusal.value.rows[0][1]


def test_malformed_rows_carry_their_error_and_the_others_are_read():
    rows = read_rows('a,b\n1\n1,2\n"x"y,2\n1,2,3\n"open,2\n', ("a", "b"))

    assert [row.number for row in rows if row.error] == [2, 4, 5, 6]
    assert (rows[0].error, rows[3].error) == ("1 cell instead of 2", "3 cells instead of 2")
    assert [row.cells for row in rows if not row.error] == [{"a": "1", "b": "2"}]


def test_a_file_may_not_be_endless(monkeypatch):
    monkeypatch.setattr(csv_cells, "LARGEST_FILE", 10)

    with pytest.raises(InvalidValue, match="too large"):
        read_rows("sku\n" + "A" * 20, ("sku",))


def test_a_file_has_so_many_rows_and_blank_ones_are_none(monkeypatch):
    monkeypatch.setattr(csv_cells, "MOST_ROWS", 2)

    assert [row.cells["sku"] for row in read_rows("sku\n\n\n\nA\n\n\nB\n", ("sku",))] == ["A", "B"]
    with pytest.raises(InvalidValue, match="too large"):
        read_rows("sku\nA\nB\nC\n", ("sku",))
