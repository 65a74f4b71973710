"""The OpenAPI document: every operation in it, every schema sound, every reference leads somewhere."""

import json
from inspect import isfunction

import jsonschema

from micromart_daemon.gateway.account_verbs import VERBS
from micromart_daemon.gateway.accounts import AccountDesk
from micromart_daemon.gateway.catalogue import ROUTES
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


def test_it_has_every_operation_on_the_wire_and_every_verb_of_accounts():
    verbs = {f"/v1/accounts/{name}" for name in VERBS}
    read = {path for path, told in DOCUMENT["paths"].items() if "get" in told}

    assert set(DOCUMENT["paths"]) - read == {f"/v1/{name}" for name in offered()} | verbs
    assert read == {"/v1/shop", *ROUTES}


def test_every_verb_of_accounts_is_what_the_desk_does_under_its_name_and_none_is_left_out():
    deeds = {name: deed for name, deed in vars(AccountDesk).items() if isfunction(deed) and name[0] != "_"}

    assert {name.replace("-", "_"): verb.deed for name, verb in VERBS.items()} == deeds


def test_a_reading_tells_what_its_path_and_query_may_say_and_what_the_same_operation_answers():
    told = DOCUMENT["paths"]["/v1/products"]["get"]
    one = DOCUMENT["paths"]["/v1/products/{sku}"]["get"]

    assert [each["name"] for each in told["parameters"]] == ["sort", "after", "limit", "If-None-Match"]
    assert told["responses"]["200"] == DOCUMENT["paths"]["/v1/products/list_products"]["post"]["responses"]["200"]
    assert (one["parameters"][0]["in"], one["parameters"][0]["required"]) == ("path", True)


def test_a_verb_tells_its_form_and_its_answer():
    told = DOCUMENT["paths"]["/v1/accounts/grant"]["post"]

    assert told["requestBody"]["content"]["application/json"]["schema"] == {"$ref": "#/components/schemas/RoleOf"}
    assert told["responses"]["200"]["content"]["application/json"]["schema"] == {
        "$ref": "#/components/schemas/UserRoles"
    }
    assert "user:grant" in told["summary"]


def test_every_schema_is_one():
    for schema in DOCUMENT["components"]["schemas"].values():
        jsonschema.Draft202012Validator.check_schema(schema)


def test_every_reference_leads_somewhere():
    known = {f"#/components/schemas/{name}" for name in DOCUMENT["components"]["schemas"]}

    assert references(DOCUMENT) - known == set()


def test_it_is_served(gateway):
    assert gateway.client.get("/v1/openapi.json").json() == DOCUMENT
