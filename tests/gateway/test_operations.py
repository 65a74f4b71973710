"""Operations over HTTP: what a guest may do, what is refused, and in which words."""

import time

import pytest

ANN = {"X-Cart-Secret": "a" * 43}
BOB = {"X-Cart-Secret": "b" * 43}


def first_sku(gateway) -> str:
    return gateway.client.get("/v1/products", params={"limit": 1}).json()["items"][0]["sku"]


def test_a_guest_holds_stock_that_nobody_else_sees_in_his_cart(gateway):
    held = gateway.post("carts/set_quantity", ANN, sku=first_sku(gateway), quantity=2)

    assert held.status_code == 200, held.text
    assert held.json()["lines"][0]["quantity"] == 2
    assert gateway.post("carts/show_cart", ANN).json()["id"] == held.json()["id"]
    assert gateway.post("carts/show_cart", BOB).json()["lines"] == []


def test_a_refusal_is_a_problem_with_its_code_and_facts(gateway):
    told = gateway.post("carts/set_quantity", ANN, sku=first_sku(gateway), quantity=1_000)

    assert (told.status_code, told.headers["content-type"]) == (422, "application/problem+json")
    problem = told.json()
    assert problem["status"] == 422
    assert problem["type"] == f"urn:micromart:error:{problem['code']}"
    assert problem["detail"]
    assert problem["facts"]
    assert problem["trace_id"] in told.headers["traceparent"]


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        (b'{"sku": "NS-340", "quantity": "2"}', "/quantity"),
        (b'{"sku": "NS-340", "quantity": 2, "price": 1}', ""),
        (b'{"sku": "NS-340"}', ""),
        (b'{"sku": "NS-340", "quantity": 99999999999999999999999}', "/quantity"),
        (b'{"sku": "NS\\u0000", "quantity": 1}', "/sku"),
        (b"[1]", ""),
        (b"{", ""),
        (b"\xff", ""),
        (b"[" * 20_000, ""),
    ],
)
def test_what_an_operation_does_not_take_is_pointed_at(gateway, body, pointer):
    told = gateway.client.post("/v1/carts/set_quantity", content=body, headers=ANN)

    assert (told.status_code, told.json()["code"]) == (400, "gateway.bad_arguments")
    assert told.json()["facts"]["pointer"] == pointer


def test_a_moment_needs_its_zone(gateway):
    told = gateway.post("orders/show_sales", ANN, since="2026-01-01T00:00:00")

    assert (told.status_code, told.json()["facts"]["pointer"]) == (400, "/since")


def test_an_unknown_field_of_an_inner_value_is_refused_too(gateway):
    told = gateway.post("products/create_product", ANN, sku="X-1", new={"name": "Tea", "nonsense": 1})

    assert told.json()["code"] == "gateway.bad_arguments"
    assert told.json()["facts"]["pointer"] == "/new"


@pytest.mark.parametrize(
    "name",
    [
        "carts/nothing",
        "local_identity/make_first_admin",
        "adapters/make_first_admin",
        "jobs/tell_low_stock",
        "carts/sweep_expired",
    ],
)
def test_what_is_not_offered_is_not_there(gateway, name):
    told = gateway.post(name, ANN)

    assert (told.status_code, told.json()["code"]) == (404, "gateway.unknown_operation")


def test_who_asks_is_found_out_as_at_every_other_door(gateway):
    nobody = gateway.post("orders/my_orders", ANN)
    foreign = gateway.post("carts/show_cart", {"Authorization": "Bearer stolen"})
    no_secret = gateway.post("carts/clear_cart")

    assert [each.status_code for each in (nobody, foreign, no_secret)] == [401, 401, 401]
    assert nobody.headers["www-authenticate"] == "Bearer"
    assert no_secret.json()["code"] == "gateway.no_cart_secret"


@pytest.mark.parametrize(
    "header",
    [{"X-Cart-Secret": "short"}, {"Authorization": "Basic x"}, {"Idempotency-Key": "a b"}, {"Dry-Run": "maybe"}],
)
def test_a_header_that_cannot_be_meant_is_named(gateway, header):
    told = gateway.post("carts/show_cart", header)

    assert (told.status_code, told.json()["facts"]["header"]) == (400, next(iter(header)))


def test_a_trace_goes_in_and_comes_out(gateway):
    trace = "4bf92f3577b34da6a3ce929d0e0e4736"
    answer = gateway.post("carts/show_cart", ANN | {"traceparent": f"00-{trace}-00f067aa0ba902b7-01"})
    anew = gateway.post("carts/show_cart", ANN | {"traceparent": f"00-{'0' * 32}-00f067aa0ba902b7-01"})

    assert answer.headers["traceparent"].split("-")[1] == trace
    assert anew.headers["traceparent"].split("-")[1] != "0" * 32
    assert trace in gateway.log.read_text()


def test_a_dry_run_changes_nothing(gateway):
    zoe = {"X-Cart-Secret": "z" * 43}
    tried = gateway.post("carts/set_quantity", zoe | {"Dry-Run": "true"}, sku=first_sku(gateway), quantity=1)

    assert (tried.headers["dry-run"], tried.json()["lines"][0]["quantity"]) == ("true", 1)
    assert gateway.post("carts/show_cart", zoe).json()["lines"] == []


def test_a_key_that_was_used_for_another_request_is_a_conflict(start):
    gateway, one = (
        start(MICROMART_HOLDS__MINUTES="0.02", MICROMART_HOLDS__LIMIT_MINUTES="0.02"),
        {"Idempotency-Key": "1"},
    )
    gateway.post("carts/set_quantity", ANN, sku=first_sku(gateway), quantity=1)
    time.sleep(2)  # the hold of 1.2 seconds ends
    first = gateway.post("carts/restore_cart", ANN | one)
    again = gateway.post("carts/restore_cart", ANN | one)
    other = gateway.post("carts/restore_cart", ANN | one, accept_prices=True)

    assert (first.status_code, again.json()) == (200, first.json())
    assert other.status_code == 409


def test_the_catalogue_is_kept_by_its_tag(gateway):
    page = gateway.client.get("/v1/products", params={"limit": 2})
    same = gateway.client.get("/v1/products", params={"limit": 2}, headers={"If-None-Match": page.headers["etag"]})

    assert len(page.json()["items"]) == 2
    assert "max-age=2" in page.headers["cache-control"]
    assert (same.status_code, same.content) == (304, b"")
    assert gateway.client.get("/v1/products/NONE-1").status_code == 404
    assert gateway.client.get("/v1/products", params={"limit": "many"}).status_code == 400
    assert gateway.client.get("/v1/products", params={"color": "red"}).status_code == 400


def test_a_front_end_learns_how_to_sign_in(gateway):
    facts = gateway.client.get("/v1/shop").json()

    assert (facts["name"], facts["currency"], facts["issuer"]) == ("MicroMart", "USD", None)
    assert "carts/set_quantity" in gateway.client.get("/v1/operations").json()


def test_what_is_done_with_an_account_is_not_rehearsed_and_says_so(gateway):
    form = {"username": "ann", "email": "ann@example.org", "password": "correct horse battery"}

    told = gateway.post("accounts/register", {"Dry-Run": "true"}, **form)

    assert (told.status_code, told.json()["code"], told.json()["facts"]["header"]) == (
        400,
        "gateway.bad_header",
        "Dry-Run",
    )
    assert "accounts/register cannot be rehearsed" in told.json()["why"]
