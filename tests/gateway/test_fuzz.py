"""Any arguments of the right types, from somebody who may do everything: an answer or a refusal, never a bug."""

from datetime import UTC, datetime
from typing import get_type_hints

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from micromart_daemon.gateway.account_verbs import VERBS
from micromart_daemon.gateway.table import offered

st.register_type_strategy(datetime, st.datetimes(timezones=st.just(UTC)))
HEADERS = {"Authorization": "Bearer anything"}


@st.composite
def requests(draw):
    """An operation and arguments of its types, with a product that is there now and then."""
    name = draw(st.sampled_from(sorted(offered())))
    kinds = get_type_hints(offered()[name].arguments)
    arguments = {field: draw(st.from_type(kind)) for field, kind in kinds.items()}
    if "sku" in arguments and draw(st.booleans()):
        arguments["sku"] = "tea-01"
    return name, arguments


def in_json(value):
    """Return a value as a body; None when no JSON can say it."""
    try:
        return msgspec.json.encode(value)
    except (UnicodeEncodeError, ValueError, msgspec.MsgspecError):
        return None


@st.composite
def forms(draw):
    """A verb of accounts and a form of its types."""
    name = draw(st.sampled_from(sorted(VERBS)))
    kinds = get_type_hints(VERBS[name].form)
    return name, {field: draw(st.from_type(kind)) for field, kind in kinds.items()}


@pytest.mark.slow
@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
@given(form=forms())
def test_no_form_finds_a_bug(may_everything, form):
    verb, fields = form
    body = in_json(fields)
    if body is None:
        return

    told = may_everything.post(f"/v1/accounts/{verb}", content=body, headers=HEADERS)

    assert told.status_code != 500, (verb, fields, told.text)  # 503 tells to come back later


@pytest.mark.slow
@settings(max_examples=400, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
@given(request=requests())
def test_no_arguments_find_a_bug(may_everything, request):
    name, arguments = request
    body = in_json(arguments)
    if body is None:
        return

    told = may_everything.post(f"/v1/{name}", content=body, headers=HEADERS)

    assert told.status_code < 500, (name, arguments, told.text)
