"""What an owner sees of a gateway: a port of its own, on loopback, and only where it was asked for."""

import re

import httpx
from prometheus_client.parser import text_string_to_metric_families


def figures(url: str) -> dict[str, float]:
    """Every figure by its name, with its labels behind it."""
    told = httpx.get(f"{url}/metrics")
    assert told.status_code == 200
    families = text_string_to_metric_families(told.text)
    return {"/".join((each.name, *each.labels.values())): each.value for family in families for each in family.samples}


def test_it_counts_operations_by_what_came_of_them(start):
    gateway = start(MICROMART_GATEWAY__METRICS_LISTEN="127.0.0.1:0")
    port = re.search(r"metrics on 127\.0\.0\.1:(\d+)", gateway.log.read_text())[1]
    ann = {"X-Cart-Secret": "a" * 43}
    sku = gateway.client.get("/v1/products").json()["items"][0]["sku"]
    gateway.post("carts/set_quantity", ann, sku=sku, quantity=1)
    gateway.post("carts/set_quantity", ann, sku="nothing", quantity=1)

    told = figures(f"http://127.0.0.1:{port}")

    assert told["micromart_operations_total/carts/set_quantity/ok"] == 1
    assert told["micromart_operation_seconds_total/carts/set_quantity/ok"] > 0
    assert sum(told[name] for name in told if name.startswith("micromart_operations_total/carts/set_quantity/")) == 2
    for name in ("outbox_age_seconds", "sweep_lag_seconds", "dead_letters", "ledger_drift", "mail_late_seconds"):
        assert told[f"micromart_{name}"] >= 0
    assert told["micromart_up"] == 1
    assert gateway.client.get("/metrics").status_code == 404
    assert gateway.stop() == 0


def test_without_an_address_it_tells_nobody(gateway):
    assert "it tells nobody how it is" in gateway.log.read_text()
    assert gateway.client.get("/metrics").status_code == 404
