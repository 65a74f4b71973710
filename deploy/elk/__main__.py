"""Writes the dashboards' file."""

from deploy.elk.dashboards import FILE, ndjson

FILE.write_text(ndjson(), encoding="utf-8")
