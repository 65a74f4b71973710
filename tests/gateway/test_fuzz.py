"""Any arguments of the right types, from somebody who may do everything: an answer or a refusal, never a bug."""

import os
import socket
import threading
from datetime import UTC, datetime
from typing import get_type_hints

import httpx
import msgspec
import pytest
import uvicorn
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from micromart_core.caller import Caller
from micromart_core.home import find_home
from micromart_core.identity import KnownCaller
from micromart_core.permissions import EVERYTHING
from micromart_daemon.gateway.app import Doors, app_of
from micromart_daemon.gateway.table import offered
from tests.conftest import ShopUnderTest, copied_to

st.register_type_strategy(datetime, st.datetimes(timezones=st.just(UTC)))
HEADERS = {"Authorization": "Bearer anything"}


@pytest.fixture(scope="module")
def client(sqlite_template, tmp_path_factory):
    """The application in a thread of this process, for somebody who may do everything."""
    folder = tmp_path_factory.mktemp("fuzz")
    shop = ShopUnderTest(copied_to(folder, sqlite_template), None, folder)
    shop.stocks("tea-01", on_hand=50)
    doors = Doors(shop.shop, find_home(os.environ | {"MICROMART_HOME": str(folder)}))
    doors._identity = KnownCaller(Caller("stan", EVERYTHING, user_id="usr_stan", signed_in=True))
    doors._sources.check = lambda _caller: None
    server = uvicorn.Server(uvicorn.Config(app_of(doors), log_config=None, lifespan="off"))
    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=server.run, args=([listener],))
        thread.start()
        with httpx.Client(base_url=f"http://127.0.0.1:{listener.getsockname()[1]}", timeout=30) as client:
            yield client
        server.should_exit = True
        thread.join()
    doors.pools.close()
    shop.close()


@st.composite
def requests(draw):
    """An operation and arguments of its types, with a product that is there now and then."""
    name = draw(st.sampled_from(sorted(offered())))
    kinds = get_type_hints(offered()[name].arguments)
    arguments = {field: draw(st.from_type(kind)) for field, kind in kinds.items()}
    if "sku" in arguments and draw(st.booleans()):
        arguments["sku"] = "tea-01"
    return name, arguments


@pytest.mark.slow
@settings(max_examples=400, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
@given(request=requests())
def test_no_arguments_find_a_bug(client, request):
    name, arguments = request
    try:
        body = msgspec.json.encode(arguments)
    except (UnicodeEncodeError, ValueError, msgspec.MsgspecError):
        return

    told = client.post(f"/v1/{name}", content=body, headers=HEADERS)

    assert told.status_code < 500, (name, arguments, told.text)
