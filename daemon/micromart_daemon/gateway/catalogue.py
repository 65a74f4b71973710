"""What a guest may read by GET, and how long anybody may keep it."""

import hashlib
from typing import Any

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from micromart_daemon.gateway.table import BadArguments, Offered

ROUTES = {
    "/v1/products": "products/list_products",
    "/v1/products/{sku}": "products/show_product",
    "/v1/search": "products/search_products",
    "/v1/categories": "products/list_categories",
}
KEPT_SECONDS = 2
"""A page of the catalogue tells what is free right now: it is old soon."""


def read_query(found: Offered, request: Request) -> dict[str, Any]:
    """Return the arguments that a path and a query give; raise BadArguments."""
    given = dict(request.query_params) | dict(request.path_params)
    unknown = next((name for name in given if name not in found.arguments.__struct_fields__), None)
    if unknown is not None:
        raise BadArguments(f"there is no field `{unknown[:100]}`", "")
    if any("\0" in value for value in given.values()):
        raise BadArguments("a text may not contain the character NUL", "")
    try:
        read = msgspec.convert(given, found.arguments, strict=False)
    except msgspec.ValidationError as error:
        raise BadArguments(str(error), "") from error
    return {name: getattr(read, name) for name in found.arguments.__struct_fields__}


def cached(request: Request, body: bytes) -> Response:
    """Return an answer with its tag; without a body when the client has the same already."""
    tag = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
    headers = {"ETag": tag, "Cache-Control": f"public, max-age={KEPT_SECONDS}"}
    if tag in {each.strip().removeprefix("W/") for each in request.headers.get("if-none-match", "").split(",")}:
        return Response(status_code=304, headers=headers)
    return Response(body, 200, headers, "application/json")
