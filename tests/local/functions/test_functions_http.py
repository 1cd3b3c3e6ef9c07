"""HTTP triggers: routes, methods, what a function is told and what it can answer."""

import logging
from typing import Any

import pytest
import pytest_asyncio


@pytest_asyncio.fixture
async def app(serve: Any) -> Any:
    return await serve("web")


async def test_without_route_and_methods_the_name_and_every_method_serve(app: Any) -> None:
    for method in ("GET", "POST", "PUT", "DELETE", "PATCH", "OPTIONS"):
        answer = await app.http.request(method, "/api/named_by_function")
        assert answer.text == f"{method} text"
        assert answer.headers["content-type"] == "text/plain; charset=utf-8"
    assert (await app.http.head("/api/named_by_function")).status_code == 200


async def test_a_function_sees_the_whole_request(app: Any) -> None:
    parent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
    answer = await app.http.post(
        "/api/echo/loud?a=1&a=2&b=%C3%A9&c=",
        content="body é".encode(),
        headers=[("X-Thing", "one"), ("X-Thing", "two"), ("traceparent", parent)],
    )
    seen = answer.json()
    assert seen["method"] == "POST"
    assert seen["url"] == f"http://127.0.0.1:{app.port}/api/echo/loud?a=1&a=2&b=%C3%A9&c="
    assert seen["params"] == {"a": "1,2", "b": "é", "c": ""}
    assert seen["route"] == {"kind": "loud"}
    assert seen["x"] == "one,two"
    assert seen["body"] == "body é"
    assert seen["function"] == "echo"
    assert seen["trace"] == parent


async def test_async_functions_run_on_the_loop_and_others_in_threads(app: Any) -> None:
    assert (await app.http.post("/api/echo")).json()["thread"] is True
    for _ in range(2):
        seen = (await app.http.get("/api/thread")).json()
        assert seen == {"main": False, "before": "unset"}, "each call has its own copy of the context"


async def test_an_optional_parameter_may_be_missing(app: Any) -> None:
    assert (await app.http.post("/api/echo")).json()["route"] == {}
    assert (await app.http.post("/api/echo/")).json()["route"] == {}


async def test_literals_beat_constraints_beat_parameters_beat_catch_alls(app: Any) -> None:
    assert (await app.http.get("/api/items/special")).json() == "special"
    assert (await app.http.get("/api/items/42")).json() == {"number": "42"}
    assert (await app.http.get("/api/items/forty")).json() == {"name": "forty"}
    assert (await app.http.get("/api/items/a/b")).json() == {"rest": "items/a/b"}
    assert (await app.http.get("/api")).json() == {"rest": None}


async def test_routes_do_not_care_about_case(app: Any) -> None:
    assert (await app.http.get("/API/Items/SPECIAL")).json() == "special"


async def test_a_wrong_method_or_path_is_not_found(app: Any) -> None:
    assert (await app.http.delete("/api/items/42")).status_code == 404
    assert (await app.http.get("/elsewhere")).status_code == 404
    assert (await app.http.get("/apiitems/42")).status_code == 404


async def test_headers_status_and_several_cookies_come_back(app: Any) -> None:
    answer = await app.http.get("/api/cookies")
    assert answer.status_code == 201
    assert answer.headers["x-made"] == "yes"
    assert answer.headers.get_list("set-cookie") == ["a=1; Path=/", "b=2; HttpOnly"]


async def test_a_function_that_raises_is_500_and_says_nothing(app: Any, caplog: Any) -> None:
    with caplog.at_level(logging.INFO, "local.functions"):
        answer = await app.http.get("/api/broken")
    assert answer.status_code == 500
    assert answer.text == ""
    assert "broken failed: RuntimeError at function_app.py" in caplog.text
    assert "4111" not in caplog.text, "an error's message may quote a request body"
    assert (await app.http.get("/api/items/1")).status_code == 200


async def test_a_function_that_returns_nothing_is_500_as_on_azure(app: Any) -> None:
    assert (await app.http.get("/api/nothing")).status_code == 500


async def test_without_a_key_every_function_is_open(app: Any) -> None:
    assert (await app.http.get("/api/secret")).text == "opened"


async def test_with_a_key_only_anonymous_functions_are_open(serve: Any) -> None:
    app = await serve("web", key="sesame")
    assert (await app.http.get("/api/secret")).status_code == 401
    assert (await app.http.get("/api/secret?code=wrong")).status_code == 401
    assert (await app.http.get("/api/secret?code=sesame")).text == "opened"
    assert (await app.http.get("/api/secret", headers={"x-functions-key": "sesame"})).text == "opened"
    assert (await app.http.get("/api/items/1")).status_code == 200


async def test_a_body_beyond_the_limit_is_refused(serve: Any) -> None:
    app = await serve("web", AzureFunctionsJobHost__extensions__http__maxRequestBodyBytes="1000")
    assert (await app.http.post("/api/echo", content=b"x" * 1000)).status_code == 200
    assert (await app.http.post("/api/echo", content=b"x" * 1001)).status_code == 413


async def test_the_route_prefix_can_be_overridden_by_a_setting(serve: Any) -> None:
    app = await serve("web", AzureFunctionsJobHost__extensions__http__routePrefix="v2/x")
    assert (await app.http.get("/v2/x/items/1")).json() == {"number": "1"}


async def test_a_disabled_function_is_not_found(serve: Any) -> None:
    app = await serve("web", **{"AzureWebJobs.special.Disabled": "true"})
    assert (await app.http.get("/api/items/special")).status_code == 404


async def test_the_status_lists_the_functions(app: Any) -> None:
    status = (await app.http.get("/admin/host/status")).json()
    assert status["state"] == "Running"
    assert status["id"]
    assert {"name": "item", "trigger": "httpTrigger", "disabled": False} in status["functions"]
    assert (await app.http.get("/admin/host/ping")).status_code == 200
    assert (await app.http.get("/admin/else")).status_code == 404


async def test_an_asgi_app_is_served_with_its_lifespan(serve: Any) -> None:
    app = await serve("asgi")
    assert app.module.life == ["started"]
    answer = await app.http.get("/api/hello/w%C3%B6rld?q=a%20b")
    assert answer.json() == {"hello": "wörld", "q": "a b"}
    assert (await app.http.post("/api/size", content=b"x" * 70_000)).json() == {"size": 70_000}
    assert (await app.http.get("/api/none")).status_code == 404
    assert (await app.http.get("/api/none")).json() == {"detail": "Not Found"}
    await app.host.stop()
    assert app.module.life == ["started", "stopped"]


async def test_durable_functions_beside_an_asgi_app(serve: Any) -> None:
    app = await serve("asgi")
    instance = (await app.http.post("/api/direct")).text
    assert (await app.settled(instance))["output"] == "done"


async def test_a_websocket_is_refused(serve: Any) -> None:
    from websockets.asyncio.client import connect
    from websockets.exceptions import InvalidStatus

    app = await serve("asgi")
    with pytest.raises(InvalidStatus):
        async with connect(f"ws://127.0.0.1:{app.port}/ws"):
            pass
