"""micromart job: run by cron, quietly, with a number for an answer."""

import time

from micromart_core.products.demo_products import DEMO_PRODUCTS


def test_the_jobs_are_listed(cli):
    listed = cli("job", "list", "-o", "ids")

    assert listed.out.split() == ["expire-carts", "deliver-events", "send-mail", "low-stock", "purge"]


def test_every_job_runs_and_says_how_much_it_did(cli):
    cli("db", "upgrade")
    for job in cli("job", "list", "-o", "ids").out.split():
        plan = cli("job", "run", job, "--dry-run", "--json")
        ran = cli("job", "run", job, "--json")
        again = cli("job", "run", job, "--exit-nothing")

        assert plan.json == {"job": job, "done": 0, "dry_run": True}
        assert ran.json == {"job": job, "done": 0, "dry_run": False}
        assert again.code == 8


def test_a_cart_whose_hold_is_over_is_ended_by_cron(cli, monkeypatch):
    monkeypatch.setenv("MICROMART_HOLDS__MINUTES", "0.03")
    monkeypatch.setenv("MICROMART_HOLDS__LIMIT_MINUTES", "0.03")
    assert cli("cart", "add", DEMO_PRODUCTS[0].sku).code == 0
    time.sleep(2)  # the hold is real, and so is its end

    ran = cli("job", "run", "expire-carts", "--json")

    assert (ran.code, ran.err) == (0, "")
    assert ran.json["done"] == 1


def test_an_unknown_job_is_not_found(cli):
    refused = cli("job", "run", "brew-tea", "--json")

    assert (refused.code, refused.error["code"]) == (3, "job.unknown")
    assert "expire-carts" in refused.error["why"]
