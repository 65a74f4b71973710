"""docs/benchmarks.md is written from what was measured: a run renews its own, and what is missed is said."""

import re
from itertools import pairwise
from xml.etree import ElementTree as ET

import pytest
from msgspec.structs import replace

from benchmarks.document import text_of, write_document
from benchmarks.figures import Figure
from benchmarks.plot import plot_of
from benchmarks.record import Run, load_runs

ORDER = ("hold", "order", "growth")
SERVER = {"server_version": "15.18", "fsync": "off"}


def run_of(bench, *figures):
    return Run(f"About {bench}.", "2026-11-27 02:00 UTC", False, "2 cores", "3.11.7", SERVER, 0.1, 0.4, figures)


def curve(name, *values, unit="ms", at_most=None):
    sizes = (1_000, 100_000, 1_000_000)
    return [
        Figure.of("growth", name, [value * 0.8, value, value * 2], unit, at_most=at_most).on(
            "Reading", size, "products"
        )
        for size, value in zip(sizes, values, strict=True)
    ]


HOLD = run_of("hold", Figure.of("hold", "of pgbench", [0.31, 0.35, 0.3], at_least=0.3))
ROUNDS = run_of("order", Figure.of("order", "of pgbench", [0.4, 0.5, 0.6], at_least=0.55))
GROWTH = run_of("growth", *curve("page", 0.2, 0.3, 0.5), *curve("search", 1, 2, 40, at_most=30))


def test_a_run_renews_its_own_figures_and_keeps_the_others(tmp_path):
    write_document(tmp_path, {"hold": HOLD, "order": ROUNDS}, ORDER)
    better = run_of("order", Figure.of("order", "of pgbench", [0.7], at_least=0.55))

    write_document(tmp_path, {"order": better}, ORDER)

    told = (tmp_path / "benchmarks.md").read_text()
    assert "| of pgbench | 0.31 | 0.3 | 0.35 | 3 | >= 0.3 | met |" in told
    assert "| of pgbench | 0.7 | 0.7 | 0.7 | 1 | >= 0.55 | met |" in told
    assert "0.5 |" not in told
    assert load_runs(tmp_path / "benchmarks.json") == {"hold": HOLD, "order": better}


def test_sections_keep_their_order_whatever_was_measured_first(tmp_path):
    write_document(tmp_path, {"order": ROUNDS}, ORDER)
    write_document(tmp_path, {"hold": HOLD}, ORDER)

    told = (tmp_path / "benchmarks.md").read_text()

    assert re.findall("^## (.*)$", told, re.MULTILINE) == ["hold", "order"]


def test_a_benchmark_that_is_no_more_is_told_no_more(tmp_path):
    write_document(tmp_path, {"hold": HOLD, "order": ROUNDS}, ORDER)

    write_document(tmp_path, {"hold": HOLD}, ("hold",))

    assert "## order" not in (tmp_path / "benchmarks.md").read_text()


def test_the_plots_of_a_benchmark_that_is_no_more_go_and_nobody_elses(tmp_path):
    write_document(tmp_path, {"growth": GROWTH}, ORDER)
    others = tmp_path / "pictures" / "storefront-1.svg"
    others.write_text("a page of the shop")
    assert (tmp_path / "pictures" / "growth-1.svg").exists()

    write_document(tmp_path, {"hold": HOLD}, ("hold",))

    assert list(others.parent.iterdir()) == [others]


def test_a_missed_bound_is_said_at_the_top_and_in_its_row():
    told = text_of({"hold": HOLD, "order": ROUNDS}, ORDER)

    assert "Bounds met: 1, missed: 1:\n\n- `order`: of pgbench, 0.5, not >= 0.55\n" in told
    assert "| of pgbench | 0.5 | 0.4 | 0.6 | 3 | >= 0.55 | **missed** |" in told


def test_a_missed_point_of_a_curve_is_said_with_its_size():
    told = text_of({"growth": GROWTH}, ORDER)

    assert "Bounds met: 2, missed: 1:\n\n- `growth`: search at 1,000,000 products, 40 ms, not <= 30\n" in told


def test_when_every_bound_is_kept_that_is_said():
    assert "Bounds met: 1, missed: 0.\n" in text_of({"hold": HOLD}, ORDER)


def test_what_was_never_measured_is_said():
    assert "made so: `order`, `growth`.\n" in text_of({"hold": HOLD}, ORDER)
    assert "Not measured" not in text_of({"hold": HOLD, "order": ROUNDS, "growth": GROWTH}, ORDER)


def test_when_and_where_stand_above_the_figures():
    quick = replace(HOLD, quick=True)

    conditions = (
        "2026-11-27 02:00 UTC; 2 cores; Python 3.11.7; PostgreSQL 15.18 with fsync off; load 0.1 before, 0.4 after."
    )
    assert f"\n{conditions}\n" in text_of({"hold": HOLD}, ORDER)
    assert f"only shows that it runs.** {conditions}\n" in text_of({"hold": quick}, ORDER)


def test_a_curve_is_a_row_with_a_column_for_each_size():
    told = text_of({"growth": GROWTH}, ORDER)

    assert "| | 1,000 products | 100,000 products | 1,000,000 products | repetitions |" in told
    assert "| page | 0.2 ms [0.16 - 0.4] | 0.3 ms [0.24 - 0.6] | 0.5 ms [0.4 - 1] | 3 |" in told
    assert "40 ms [32 - 80] **missed**" in told


def test_every_plot_that_the_text_shows_is_there(tmp_path):
    write_document(tmp_path, {"growth": GROWTH}, ORDER)

    shown = re.findall(r"!\[Reading\]\((.*?)\)", (tmp_path / "benchmarks.md").read_text())

    assert shown
    assert all((tmp_path / picture).is_file() for picture in shown)


def test_a_plot_holds_each_point_higher_the_larger_it_is():
    drawn = ET.fromstring(plot_of("Reading", curve("page & more", 0.2, 2, 20)))

    points = [circle for circle in drawn.iter() if circle.tag.endswith("circle")]
    across, down = ([float(point.get(axis)) for point in points] for axis in ("cx", "cy"))
    assert [point[0].text for point in points] == [
        "page & more, 1,000 products: 0.2 ms",
        "page & more, 100,000 products: 2 ms",
        "page & more, 1,000,000 products: 20 ms",
    ]
    assert across == sorted(across)
    assert down == sorted(down, reverse=True)
    assert down[0] - down[1] == pytest.approx(down[1] - down[2], abs=0.2)  # ten times is as far anywhere


def test_names_of_curves_that_end_alike_do_not_stand_upon_another():
    figures = [figure for name in "abcdef" for figure in curve(name, 1, 1, 1)]

    drawn = ET.fromstring(plot_of("Reading", figures))

    at = {text.text: float(text.get("y")) for text in drawn.iter() if text.tag.endswith("text")}
    heights = sorted(at[name] for name in "abcdef")
    assert min(other - one for one, other in pairwise(heights)) >= 15
    assert heights[-1] <= float(drawn.get("viewBox").split()[3])


def test_nothing_at_all_can_be_drawn_on_a_logarithmic_axis():
    drawn = plot_of("Sent", curve("idle", 0, 0, 0, unit="bytes/s"))

    assert len(re.findall("<circle", drawn)) == 3
    assert "nan" not in drawn
