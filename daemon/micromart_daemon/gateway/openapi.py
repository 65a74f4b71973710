"""OpenAPI 3.1 of the gateway, made from the operations themselves."""

from functools import cache
from inspect import getdoc
from typing import Any, get_type_hints

import msgspec

from micromart_core import __version__
from micromart_core.intents import result_type
from micromart_core.operation import access_to
from micromart_core.shop_facts import ShopFacts
from micromart_daemon.gateway.account_verbs import VERBS
from micromart_daemon.gateway.catalogue import ROUTES
from micromart_daemon.gateway.table import Offered, offered

_PROBLEM = {
    "type": "object",
    "required": ["type", "title", "status", "detail", "code", "exit_code", "facts"],
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "why": {"type": ["string", "null"]},
        "hint": {"type": ["string", "null"]},
        "code": {"type": "string"},
        "exit_code": {"type": "integer"},
        "facts": {"type": "object"},
        "trace_id": {"type": ["string", "null"]},
    },
}
_WHY_NOT = {
    "description": "Why not.",
    "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}},
}
_SHOP = msgspec.defstruct(
    "Shop",
    [(name, kind) for name, kind in get_type_hints(ShopFacts).items() if name != "now"] + [("client_id", str | None)],
)
"""What GET /v1/shop answers: it is kept for a moment, so it tells no time."""
_HEADERS = ("Idempotency-Key", "Dry-Run", "traceparent")


@cache
def openapi() -> bytes:
    """Return the document."""
    table = offered()
    kinds = [kind for each in table.values() for kind in (each.arguments, result_type(each.function))]
    kinds += [kind for verb in VERBS.values() for kind in (verb.form, verb.answer)]
    kinds += [_SHOP, None]  # pairs, as all the others
    schemas, components = msgspec.json.schema_components(kinds, ref_template="#/components/schemas/{name}")
    pairs = iter(zip(schemas[::2], schemas[1::2], strict=True))
    paths = {f"/v1/{name}": {"post": _operation(name, each, *next(pairs))} for name, each in table.items()}
    for name, verb in VERBS.items():
        paths[f"/v1/accounts/{name}"] = {"post": _post(f"accounts.{name}", verb.told, "", *next(pairs))}
    paths["/v1/shop"] = {
        "get": _get(
            "shop", "What a front end must know before anything else.", [], {"$ref": "#/components/schemas/Shop"}
        )
    }
    paths |= {path: {"get": _reading(path, name, paths, components)} for path, name in ROUTES.items()}
    return msgspec.json.encode(_document(paths, components))


def _document(paths: dict[str, Any], components: dict[str, Any]) -> dict[str, Any]:
    return {
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


def _operation(name: str, found: Offered, arguments: dict[str, Any], result: dict[str, Any]) -> dict[str, Any]:
    permission = access_to(found.function).permission
    summary = (getdoc(found.function) or "").split("\n")[0]
    needs = f"Needs {permission}." if permission else "Asks for no permission by itself."
    return _post(name.replace("/", "."), summary, needs, arguments, result)


def _post(
    name: str, summary: str, description: str, arguments: dict[str, Any], result: dict[str, Any]
) -> dict[str, Any]:
    return {
        "operationId": name,
        "summary": summary,
        "description": description,
        "security": [{"token": []}, {"cart": []}, {}],
        "parameters": [{"name": each, "in": "header", "schema": {"type": "string"}} for each in _HEADERS],
        "requestBody": {"content": {"application/json": {"schema": arguments}}},
        "responses": {
            "200": {"description": "Done.", "content": {"application/json": {"schema": result}}},
            "default": _WHY_NOT,
        },
    }


def _reading(path: str, name: str, paths: dict[str, Any], components: dict[str, Any]) -> dict[str, Any]:
    """Tell of a GET: what the same operation answers, asked by what a query can say."""
    found, same = offered()[name], paths[f"/v1/{name}"]["post"]
    taken = components[same["requestBody"]["content"]["application/json"]["schema"]["$ref"].rpartition("/")[2]]
    fields = {field: kind for field, kind in taken["properties"].items() if not _is_object(kind, components)}
    parameters = [
        {
            "name": field,
            "in": "path" if f"{{{field}}}" in path else "query",
            "required": field in taken["required"],
            "schema": kind,
        }
        for field, kind in fields.items()
    ]
    answer = same["responses"]["200"]["content"]["application/json"]["schema"]
    summary = (getdoc(found.function) or "").split("\n")[0]
    return _get(f"get.{name.replace('/', '.')}", summary, parameters, answer)


def _get(name: str, summary: str, parameters: list[dict[str, Any]], answer: dict[str, Any]) -> dict[str, Any]:
    tag = {"name": "If-None-Match", "in": "header", "schema": {"type": "string"}}
    return {
        "operationId": name,
        "summary": summary,
        "parameters": [*parameters, tag],
        "responses": {
            "200": {"description": "Done.", "content": {"application/json": {"schema": answer}}},
            "304": {"description": "It is what If-None-Match names."},
            "default": _WHY_NOT,
        },
    }


def _is_object(kind: dict[str, Any], components: dict[str, Any]) -> bool:
    """Return whether a value has fields of its own, which no query can say."""
    return "$ref" in kind and components[kind["$ref"].rpartition("/")[2]].get("type") == "object"
