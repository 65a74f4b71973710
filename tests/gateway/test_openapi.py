"""The OpenAPI document: every operation in it, every schema sound, every reference leads somewhere."""

import json

import jsonschema

from micromart_daemon.gateway.openapi import openapi
from micromart_daemon.gateway.table import offered

DOCUMENT = json.loads(openapi())


def references(part) -> set[str]:
    if isinstance(part, list):
        return set().union(*map(references, part))
    if not isinstance(part, dict):
        return set()
    own = {part["$ref"]} if isinstance(part.get("$ref"), str) else set()
    return own.union(*map(references, part.values()))


def test_it_has_every_operation_on_the_wire():
    assert set(DOCUMENT["paths"]) == {f"/v1/{name}" for name in offered()}


def test_every_schema_is_one():
    for schema in DOCUMENT["components"]["schemas"].values():
        jsonschema.Draft202012Validator.check_schema(schema)


def test_every_reference_leads_somewhere():
    known = {f"#/components/schemas/{name}" for name in DOCUMENT["components"]["schemas"]}

    assert references(DOCUMENT) - known == set()


def test_it_is_served(gateway):
    assert gateway.client.get("/v1/openapi.json").json() == DOCUMENT
