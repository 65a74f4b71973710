"""OpenAPI 3.1 of the gateway, made from the operations themselves."""

from functools import cache
from inspect import getdoc
from typing import Any

import msgspec

from micromart_core import __version__
from micromart_core.intents import result_type
from micromart_core.operation import access_to
from micromart_daemon.gateway.table import Offered, offered

_PROBLEM = {
    "type": "object",
    "required": ["type", "title", "status", "detail", "code", "facts"],
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "why": {"type": ["string", "null"]},
        "hint": {"type": ["string", "null"]},
        "code": {"type": "string"},
        "facts": {"type": "object"},
        "trace_id": {"type": ["string", "null"]},
    },
}
_HEADERS = ("Idempotency-Key", "Dry-Run", "traceparent")


@cache
def openapi() -> bytes:
    """Return the document."""
    table = offered()
    kinds = [kind for each in table.values() for kind in (each.arguments, result_type(each.function))]
    schemas, components = msgspec.json.schema_components(kinds, ref_template="#/components/schemas/{name}")
    pairs = zip(schemas[::2], schemas[1::2], strict=True)
    paths = {f"/v1/{name}": {"post": _post(name, table[name], *pair)} for name, pair in zip(table, pairs, strict=True)}
    document = {
        "openapi": "3.1.0",
        "info": {"title": "MicroMart", "version": __version__},
        "paths": paths,
        "components": {
            "schemas": {**components, "Problem": _PROBLEM},
            "securitySchemes": {
                "token": {"type": "http", "scheme": "bearer"},
                "cart": {"type": "apiKey", "in": "header", "name": "X-Cart-Secret"},
            },
        },
    }
    return msgspec.json.encode(document)


def _post(name: str, found: Offered, arguments: dict[str, Any], result: dict[str, Any]) -> dict[str, Any]:
    access = access_to(found.function)
    problem = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
    return {
        "operationId": name.replace("/", "."),
        "summary": (getdoc(found.function) or "").split("\n")[0],
        "description": f"Needs {access.permission}." if access.permission else "Asks for no permission by itself.",
        "security": [{"token": []}, {"cart": []}, {}],
        "parameters": [{"name": each, "in": "header", "schema": {"type": "string"}} for each in _HEADERS],
        "requestBody": {"content": {"application/json": {"schema": arguments}}},
        "responses": {
            "200": {"description": "Done.", "content": {"application/json": {"schema": result}}},
            "default": {"description": "Why not.", "content": problem},
        },
    }
