"""The pages as Kibana's saved objects, in the shape of its release 7.10."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from deploy.elk.pages import PAGES, Chart, Page

FILE = Path(__file__).with_name("dashboards.ndjson")
PATTERN = "micromart-logs"
_SHAPES = {"index-pattern": "7.6.0", "search": "7.9.3", "visualization": "7.10.0", "dashboard": "7.9.3"}
"""Of each kind, the release that last changed its shape."""
_INDEX = "kibanaSavedObjectMeta.searchSourceJSON.index"
_WIDTH, _HEIGHT = 24, 12
Saved = dict[str, Any]


def ndjson() -> str:
    """Return all objects, one a line."""
    return "".join(json.dumps(each, sort_keys=True) + "\n" for each in _objects())


def _objects() -> Iterator[Saved]:
    title = {"title": f"{PATTERN}*", "timeFieldName": "@timestamp"}
    yield _saved("index-pattern", PATTERN, title, [])
    for page in PAGES:
        yield _search(page)
        for number, chart in enumerate(page.charts):
            yield _visualization(page, number, chart)
        yield _dashboard(page)


def _saved(kind: str, name: str, attributes: Saved, references: list[tuple[str, str, str]]) -> Saved:
    return {
        "id": name,
        "type": kind,
        "attributes": attributes,
        "references": [{"name": place, "type": other, "id": which} for place, other, which in references],
        "migrationVersion": {kind: _SHAPES[kind]},
    }


def _source(query: str, **more: str) -> Saved:
    return {"searchSourceJSON": json.dumps({"query": {"query": query, "language": "lucene"}, "filter": [], **more})}


def _search(page: Page) -> Saved:
    attributes = {
        "title": f"MicroMart: {page.title}",
        "columns": list(page.columns),
        "sort": [["@timestamp", "desc"]],
        "version": 1,
        "kibanaSavedObjectMeta": _source(page.query, indexRefName=_INDEX),
    }
    return _saved("search", f"micromart-{page.id}", attributes, [(_INDEX, "index-pattern", PATTERN)])


def _visualization(page: Page, number: int, chart: Chart) -> Saved:
    kind = "histogram" if chart.over_time else "table"
    state = {"title": chart.name, "type": kind, "aggs": _aggregations(chart), "params": _params(kind)}
    attributes = {
        "title": f"MicroMart: {chart.name}",
        "visState": json.dumps(state),
        "uiStateJSON": "{}",
        "version": 1,
        "savedSearchRefName": "search_0",
        "kibanaSavedObjectMeta": _source(""),
    }
    references = [("search_0", "search", f"micromart-{page.id}")]
    return _saved("visualization", f"micromart-{page.id}-{number}", attributes, references)


def _aggregations(chart: Chart) -> list[Saved]:
    asked: list[tuple[str, str, Saved]] = [
        ("metric", what, {} if field is None else {"field": field}) for what, field in chart.metrics
    ]
    if chart.over_time:
        asked.append(("segment", "date_histogram", {"field": "@timestamp", "interval": "auto", "min_doc_count": 1}))
    if chart.split_by:
        terms = {"field": chart.split_by, "size": 20, "order": "desc", "orderBy": "_key"}
        asked.append(("group" if chart.over_time else "bucket", "terms", terms))
    return [
        {"id": str(number), "enabled": True, "schema": schema, "type": what, "params": params}
        for number, (schema, what, params) in enumerate(asked, 1)
    ]


def _params(kind: str) -> Saved:
    if kind == "table":
        return {"perPage": 20, "showTotal": False}
    bottom = {
        "id": "CategoryAxis-1",
        "type": "category",
        "position": "bottom",
        "show": True,
        "scale": {"type": "linear"},
    }
    left = {"id": "ValueAxis-1", "name": "LeftAxis-1", "type": "value", "position": "left", "show": True}
    left["scale"] = {"type": "linear", "mode": "normal"}
    series = {"data": {"id": "1", "label": ""}, "type": "histogram", "mode": "stacked", "valueAxis": "ValueAxis-1"}
    return {
        "type": "histogram",
        "grid": {"categoryLines": False},
        "categoryAxes": [bottom],
        "valueAxes": [left],
        "seriesParams": [series | {"show": True}],
        "addTooltip": True,
        "addLegend": True,
        "legendPosition": "right",
        "times": [],
        "addTimeMarker": False,
    }


def _dashboard(page: Page) -> Saved:
    inside = [("visualization", f"micromart-{page.id}-{number}") for number in range(len(page.charts))]
    inside.append(("search", f"micromart-{page.id}"))
    attributes = {
        "title": f"MicroMart: {page.title}",
        "panelsJSON": json.dumps([_panel(place, kind) for place, (kind, _) in enumerate(inside)]),
        "optionsJSON": json.dumps({"useMargins": True, "hidePanelTitles": False}),
        "version": 1,
        "timeRestore": False,
        "kibanaSavedObjectMeta": _source(""),
    }
    references = [(f"panel_{place}", kind, name) for place, (kind, name) in enumerate(inside)]
    return _saved("dashboard", f"micromart-{page.id}", attributes, references)


def _panel(place: int, kind: str) -> Saved:
    width = 2 * _WIDTH if kind == "search" else _WIDTH
    grid = {"x": place % 2 * _WIDTH, "y": place // 2 * _HEIGHT, "w": width, "h": _HEIGHT, "i": str(place)}
    return {
        "version": "7.10.2",
        "gridData": grid,
        "panelIndex": str(place),
        "embeddableConfig": {},
        "panelRefName": f"panel_{place}",
    }
