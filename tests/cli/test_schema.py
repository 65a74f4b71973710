"""The schema of every shape, and that what is printed keeps to it."""

import pytest

from micromart_cli.shape_schema import every_schema, shape_names

CONTRACT = {
    "Product": "sku name category tagline description price tint status reorder_level version stock",
    "Cart": "id owner status lines subtotal shipping tax total held_until hold_limit seconds_left extended restorable "
    "version",
    "CartLine": "sku name quantity price total",
    "Order": "id number status payment_status lines subtotal shipping tax total address placed_at history mails",
    "StockLevel": "sku on_hand held available reorder_level low version",
    "StockMovement": "id sku change balance reason note actor order run_id at",
    "Mail": "id to subject template order status attempts queued_at sent_at last_error",
    "Check": "check ok detail fix",
    "BulkResult": "run_id applied rejected dry_run",
    "Money": "amount currency",
    "Error": "code message why try details trace_id",
}


@pytest.mark.parametrize("name", CONTRACT)
def test_scripts_find_the_fields_they_rely_on(cli, name):
    schema = cli("schema", name).json["$defs"][name]

    assert set(CONTRACT[name].split()) <= set(schema["properties"])
    assert set(schema["required"]) == set(schema["properties"])


def test_every_shape_has_a_schema(cli):
    assert set(shape_names()) <= set(cli("schema").json["$defs"])


def test_an_unknown_shape_is_not_found(cli):
    assert cli("schema", "Vase").code == 3


def holds(schema, fact, shapes):
    """A small validator: what msgspec's schemas of these shapes use, and no more."""
    if "$ref" in schema:
        return holds(shapes[schema["$ref"].rpartition("/")[2]], fact, shapes)
    if "anyOf" in schema:
        return any(holds(choice, fact, shapes) for choice in schema["anyOf"])
    if "enum" in schema:
        return fact in schema["enum"]
    kinds = {"object": dict, "array": list, "string": str, "integer": int, "boolean": bool, "null": type(None)}
    kind = schema.get("type")
    if kind and not isinstance(fact, kinds[kind]):
        return False
    if kind == "array":
        return all(holds(schema.get("items", {}), item, shapes) for item in fact)
    known = schema.get("properties", {})
    return kind != "object" or (
        set(schema.get("required", [])) <= set(fact)
        and all(holds(known.get(name, {}), inner, shapes) for name, inner in fact.items())
    )


def test_what_a_verb_prints_keeps_to_its_schema(cli, shop):
    shop.stocks("TEA-01", on_hand=3)
    shapes = every_schema()["$defs"]
    printed = {
        "Cart": cli("cart", "add", "TEA-01", "--json", by=shop.guest("g")).json,
        "StockLevel": cli("stock", "show", "TEA-01", "--json", by=shop.staff()).json,
    }

    for name, facts in printed.items():
        assert holds(shapes[name], facts, shapes), name
        assert set(facts) == set(shapes[name]["properties"])
        assert not holds(shapes[name], {**facts, "version": "one"}, shapes)
