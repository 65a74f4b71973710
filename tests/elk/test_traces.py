"""One trace id finds a whole purchase, from the keypress to the letter: in Elasticsearch, and without any server."""

import json

import pytest

pytestmark = [pytest.mark.slow, pytest.mark.alone]


def moments_of(story: list[dict]) -> dict[str, str]:
    """When each action was told first: those of one millisecond come in any order."""
    return {line["event"]["action"]: line["@timestamp"] for line in reversed(story)}


def is_told_in_order(story: list[dict], *actions: str) -> bool:
    moments = [moments_of(story)[action] for action in actions]
    return moments == sorted(moments)


def test_a_trace_tells_the_story_from_the_keypress_to_the_letter(day):
    story = day.asked.find(f'trace.id:"{day.trace}"')

    assert is_told_in_order(story, "carts/add_units", "orders/place_order", "order.placed", "notifications/send")
    assert "notifications.confirm_order" in moments_of(story)
    assert {line["event"].get("outcome", "success") for line in story} == {"success"}


def test_a_purchase_by_ssh_is_found_from_the_key_that_was_pressed_to_its_letter(day):
    story = day.asked.find(f'trace.id:"{day.trace_by_ssh}"')
    programs = {line["event"]["action"]: line["service"]["name"] for line in story}

    assert is_told_in_order(story, "orders/place_order", "order.placed", "notifications/send")
    assert programs["orders/place_order"] == programs["order.placed"] == "micromart-ssh"
    assert programs["notifications/send"] in ("micromartd", "micromart-ssh")  # without a broker whoever is first


def test_the_verb_tells_the_same_story_from_the_database_alone(day):
    for trace in (day.trace, day.trace_by_ssh):
        told = json.loads(day.shop.micromart("trace", trace, "--json"))["items"]
        actions = moments_of(day.asked.find(f'trace.id:"{trace}"'))

        done = {step["name"] for step in told if step["kind"] in ("operation", "event", "handler")}
        assert done == set(actions) - {"notifications/send"}
        letters = [(step["name"], step["outcome"]) for step in told if step["kind"] == "letter"]
        assert letters == [("order-confirmation", "queued"), ("order-confirmation", "sent")]
        assert "notifications/send" in actions
