"""docs/benchmarks.md: every benchmark's last run as a table, growing ones as plots too."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from benchmarks.figures import Figure, short
from benchmarks.plot import plot_of
from benchmarks.record import Run, load_runs, save_runs

_PLOTS = "pictures"
_HEAD = """# Benchmarks

Made by `./dev bench --write`, not by hand; `./dev bench --write hold order` renews those two and leaves the rest, so
each section says when and where it was measured. A figure stands beside its limit: *of pgbench* and the like are ratios
of our rate to that of the limit, both taken in one run in turns: on another machine they say more than times do.
Each is the median of its repetitions, with the least and the most. `benchmarks.json` keeps what this is made of;
[0011](decisions/0011-bench-figures.md) tells what was done for the first figures.
"""


def write_document(folder: Path, new: Mapping[str, Run], order: Sequence[str]) -> None:
    """Put new runs in place of the old ones of the same benchmarks, and write figures, text and plots anew."""
    kept = folder / "benchmarks.json"
    before = load_runs(kept)
    runs = before | dict(new)
    ordered = {name: runs[name] for name in order if name in runs}
    save_runs(kept, ordered)
    (folder / "benchmarks.md").write_text(text_of(ordered, order))
    (folder / _PLOTS).mkdir(exist_ok=True)
    for stale in _pictures(before) - _pictures(ordered):
        (folder / stale).unlink(missing_ok=True)
    for name, run in ordered.items():
        for number, (chart, figures) in enumerate(_charts(run).items(), 1):
            (folder / _picture(name, number)).write_text(plot_of(chart, figures))


def text_of(runs: Mapping[str, Run], order: Sequence[str]) -> str:
    """Write the document: what misses its bound and what was not measured first, then a section for each benchmark."""
    sections = ["\n".join(_section(name, run)) for name, run in runs.items()]
    return "\n".join([_HEAD, *_missed(runs), *_unmeasured(runs, order), *sections])


def _missed(runs: Mapping[str, Run]) -> Iterator[str]:
    bounded = [figure for run in runs.values() for figure in run.figures if figure.bound]
    missed = [figure for figure in bounded if figure.verdict == "missed"]
    if not bounded:
        return
    yield f"Bounds met: {len(bounded) - len(missed)}, missed: {len(missed)}{'.' if not missed else ':'}\n"
    for one in missed:
        at = "" if one.point is None else f" at {one.point.words}"
        yield f"- `{one.bench}`: {one.name}{at}, {_amount(one)}, not {one.bound}"
    if missed:
        yield ""


def _unmeasured(runs: Mapping[str, Run], order: Sequence[str]) -> Iterator[str]:
    if absent := [f"`{name}`" for name in order if name not in runs]:
        yield f"Not measured since this document is made so: {', '.join(absent)}.\n"


def _section(name: str, run: Run) -> Iterator[str]:
    yield f"## {name}\n\n{run.title}\n\n{run.conditions}\n"
    plain = [figure for figure in run.figures if figure.point is None]
    if plain:
        yield "| figure | median | least | most | repetitions | bound | |\n|---|---:|---:|---:|---:|---|---|"
        yield from map(_row, plain)
        yield ""
    for number, (chart, figures) in enumerate(_charts(run).items(), 1):
        yield f"![{chart}]({_picture(name, number)})\n"
        yield from _curves(figures)
        yield ""


def _row(figure: Figure) -> str:
    numbers = f"{_amount(figure)} | {short(figure.least)} | {short(figure.most)} | {figure.repetitions}"
    return f"| {figure.name} | {numbers} | {figure.bound} | {_verdict(figure)} |"


def _curves(figures: Sequence[Figure]) -> Iterator[str]:
    """Write a row for each curve, a column for each size."""
    sizes = dict.fromkeys(figure.point.words for figure in figures if figure.point)
    yield f"| | {' | '.join(sizes)} | repetitions |"
    yield f"|---|{'---|' * len(sizes)}---:|"
    for name in dict.fromkeys(figure.name for figure in figures):
        cells = {one.point.words: one for one in figures if one.point and one.name == name}
        told = " | ".join(_spread(cells[size]) if size in cells else "" for size in sizes)
        yield f"| {name} | {told} | {min(one.repetitions for one in cells.values())} |"


def _spread(figure: Figure) -> str:
    verdict = f" {_verdict(figure)}" if figure.verdict == "missed" else ""
    return f"{_amount(figure)} [{short(figure.least)} - {short(figure.most)}]{verdict}"


def _amount(figure: Figure) -> str:
    return f"{short(figure.value)} {figure.unit}".strip()


def _verdict(figure: Figure) -> str:
    return "**missed**" if figure.verdict == "missed" else figure.verdict


def _charts(run: Run) -> dict[str, list[Figure]]:
    charts: dict[str, list[Figure]] = {}
    for figure in run.figures:
        if figure.point is not None:
            charts.setdefault(figure.point.chart, []).append(figure)
    return charts


def _pictures(runs: Mapping[str, Run]) -> set[str]:
    return {_picture(name, number) for name, run in runs.items() for number, _ in enumerate(_charts(run), 1)}


def _picture(bench: str, number: int) -> str:
    return f"{_PLOTS}/{bench}-{number}.svg"
