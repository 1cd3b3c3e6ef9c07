"""The wire to a model: what endpoints really send, and every wait bounded."""

import asyncio
import json
import time
from collections.abc import AsyncIterator, Awaitable, Callable

import aiohttp
import pytest
from aiohttp import web

from agent.llm.backend import Budgets, ChatBackend, Finish, ModelError, Text
from agent.llm.events import Request, ToolCall

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
ASKED = Request([{"role": "user", "content": "hello"}])
QUICK = Budgets(connect=0.3, first_token=0.3, between=0.2)


class Endpoint:
    def __init__(self) -> None:
        self.handler: Handler | None = None
        self.bodies: list[dict[str, object]] = []
        self.headers: list[str] = []

    async def answer(self, request: web.Request) -> web.StreamResponse:
        self.bodies.append(await request.json())
        self.headers.append(request.headers["Authorization"])
        assert self.handler is not None
        return await self.handler(request)


@pytest.fixture
async def endpoint() -> AsyncIterator[tuple[Endpoint, ChatBackend]]:
    scripted = Endpoint()
    app = web.Application()
    app.router.add_post("/v1/chat/completions", scripted.answer)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    async with aiohttp.ClientSession() as http:
        yield scripted, ChatBackend(http, f"http://127.0.0.1:{runner.addresses[0][1]}/v1/", "sk-secret")
    await runner.cleanup()


def streaming(*pieces: bytes | float) -> Handler:
    """Send these bytes, wait these seconds."""

    async def handler(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse(headers={"Content-Type": "text/event-stream"})
        await response.prepare(request)
        for piece in pieces:
            if isinstance(piece, float):
                await asyncio.sleep(piece)
            else:
                await response.write(piece)
        await response.write_eof()
        return response

    return handler


def event(delta: dict[str, object], finish: str | None = None) -> bytes:
    return f"data: {json.dumps({'choices': [{'index': 0, 'delta': delta, 'finish_reason': finish}]})}\n\n".encode()


async def ask(backend: ChatBackend, budgets: Budgets = QUICK) -> list[Text | Finish]:
    return [piece async for piece in backend.stream("m", ASKED, budgets)]


async def test_text_comes_in_pieces_and_ends(endpoint: tuple[Endpoint, ChatBackend]) -> None:
    scripted, backend = endpoint
    scripted.handler = streaming(
        b": keep-alive\n\n",
        event({"role": "assistant"}),
        event({"content": "I "}),
        event({"content": "see."}),
        event({}, "stop"),
        b'data: {"choices":[],"usage":{"total_tokens":3}}\n\n',
        b"data: [DONE]\n\n",
    )
    *texts, finish = await ask(backend)
    assert "".join(piece.text for piece in texts if isinstance(piece, Text)) == "I see."
    assert finish == Finish("stop")
    assert scripted.headers == ["Bearer sk-secret"]
    body = scripted.bodies[0]
    assert (body["model"], body["stream"]) == ("m", True)
    assert "tools" not in body


async def test_events_cut_anywhere_are_put_together(endpoint: tuple[Endpoint, ChatBackend]) -> None:
    scripted, backend = endpoint
    whole = event({"content": "I sée."}) + event({}, "stop") + b"data: [DONE]\n\n"
    scripted.handler = streaming(*[whole[i : i + 7] for i in range(0, len(whole), 7)])
    *texts, finish = await ask(backend)
    assert "".join(piece.text for piece in texts if isinstance(piece, Text)) == "I sée."
    assert finish == Finish("stop")


async def test_tool_calls_are_collected(endpoint: tuple[Endpoint, ChatBackend]) -> None:
    scripted, backend = endpoint
    scripted.handler = streaming(
        event({"tool_calls": [{"index": 0, "id": "a", "function": {"name": "one", "arguments": ""}}]}),
        event({"tool_calls": [{"index": 1, "id": "b", "function": {"name": "two", "arguments": "{}"}}]}),
        event({"tool_calls": [{"index": 0, "function": {"arguments": '{"x"'}}]}),
        event({"tool_calls": [{"index": 0, "function": {"arguments": ":1}"}}]}),
        event({}, "tool_calls"),
    )
    assert await ask(backend) == [Finish("tool_calls", (ToolCall("a", "one", '{"x":1}'), ToolCall("b", "two", "{}")))]


async def test_done_without_a_reason_is_an_end(endpoint: tuple[Endpoint, ChatBackend]) -> None:
    scripted, backend = endpoint
    scripted.handler = streaming(event({"content": "I see."}), b"data: [DONE]\n\n")
    assert await ask(backend) == [Text("I see."), Finish("stop")]


@pytest.mark.parametrize(
    ("pieces", "reason"),
    [
        ((event({"content": "I"}),), "cut"),
        ((), "cut"),
        ((1.0,), "first_token"),
        ((event({"role": "assistant"}), 1.0), "first_token"),
        ((event({"content": "I"}), 1.0), "stalled"),
        ((b"data: {nonsense\n\n",), "not_understood"),
        ((b'data: {"choices":[{"delta":7}]}\n\n',), "not_understood"),
        ((b"data: [1]\n\n",), "not_understood"),
        ((b'data: {"error":{"message":"busy"}}\n\n',), "error_in_stream"),
        ((b"x" * 300_000,), "line_too_long"),
    ],
)
async def test_broken_answers(
    endpoint: tuple[Endpoint, ChatBackend], pieces: tuple[bytes | float, ...], reason: str
) -> None:
    scripted, backend = endpoint
    scripted.handler = streaming(*pieces)
    with pytest.raises(ModelError) as failed:
        await ask(backend)
    assert failed.value.reason == reason


@pytest.mark.parametrize(("status", "counts"), [(429, True), (500, True), (401, True), (404, True), (400, False)])
async def test_statuses(endpoint: tuple[Endpoint, ChatBackend], status: int, counts: bool) -> None:
    scripted, backend = endpoint

    async def refuse(_request: web.Request) -> web.StreamResponse:
        return web.json_response({"error": {"message": "no"}}, status=status)

    scripted.handler = refuse
    with pytest.raises(ModelError) as failed:
        await ask(backend)
    assert (failed.value.reason, failed.value.against_model) == (f"status_{status}", counts)


async def test_nobody_listens() -> None:
    async with aiohttp.ClientSession() as http:
        with pytest.raises(ModelError) as failed:
            await ask(ChatBackend(http, "http://127.0.0.1:9/v1", "k"))
    assert failed.value.reason.startswith("connection_")


async def test_slow_drip_is_bounded_by_the_wait_for_the_first_token(endpoint: tuple[Endpoint, ChatBackend]) -> None:
    scripted, backend = endpoint
    scripted.handler = streaming(*[piece for _ in range(20) for piece in (b": still here\n\n", 0.1)])
    began = time.monotonic()
    with pytest.raises(ModelError):
        await ask(backend)
    assert time.monotonic() - began < 1.8  # the drip would go on for two seconds


async def test_connection_is_used_again(endpoint: tuple[Endpoint, ChatBackend]) -> None:
    scripted, backend = endpoint
    peers: set[object] = set()

    async def answer(request: web.Request) -> web.StreamResponse:
        peers.add(request.transport.get_extra_info("peername"))  # type: ignore[union-attr]
        return await streaming(event({"content": "I see."}), event({}, "stop"), 0.02, b"data: [DONE]\n\n")(request)

    scripted.handler = answer
    for _ in range(4):
        assert await ask(backend) == [Text("I see."), Finish("stop")]
    assert len(peers) == 1


async def test_connection_that_was_closed_meanwhile_is_replaced(endpoint: tuple[Endpoint, ChatBackend]) -> None:
    scripted, backend = endpoint
    seen = 0

    async def answer(request: web.Request) -> web.StreamResponse:
        nonlocal seen
        seen += 1
        if seen == 2 and request.transport is not None:
            request.transport.close()
        return await streaming(event({"content": "I see."}), event({}, "stop"))(request)

    scripted.handler = answer
    await ask(backend)
    assert await ask(backend) == [Text("I see."), Finish("stop")]
    assert seen == 3


async def test_end_is_told_before_the_connection_is_seen_off(endpoint: tuple[Endpoint, ChatBackend]) -> None:
    scripted, backend = endpoint
    scripted.handler = streaming(event({"content": "I see."}), event({}, "stop"), 5.0)
    began = time.monotonic()
    async for piece in backend.stream("m", ASKED, QUICK):
        if isinstance(piece, Finish):
            assert time.monotonic() - began < 4
    assert time.monotonic() - began < 4  # the endpoint holds the line for five seconds


async def test_tools_are_sent_as_they_were_encoded(endpoint: tuple[Endpoint, ChatBackend]) -> None:
    scripted, backend = endpoint
    scripted.handler = streaming(event({"content": "Hello."}, "stop"))
    tools = [{"type": "function", "function": {"name": "one", "parameters": {}}}]
    asked = Request(ASKED.messages, json.dumps(tools).encode())
    async for _ in backend.stream("m", asked, QUICK):
        pass
    assert scripted.bodies[0]["tools"] == tools
    assert scripted.bodies[0]["messages"] == ASKED.messages


async def test_words_before_an_error_in_the_same_piece_are_not_lost(endpoint: tuple[Endpoint, ChatBackend]) -> None:
    scripted, backend = endpoint
    scripted.handler = streaming(event({"content": "I see. "}) + b'data: {"error":{"message":"overloaded"}}\n\n')
    stream = backend.stream("m", ASKED, QUICK)
    assert await anext(stream) == Text("I see. ")
    with pytest.raises(ModelError, match="error_in_stream"):
        await anext(stream)


async def test_connecting_beforehand_bears_an_endpoint_that_knows_no_models(
    endpoint: tuple[Endpoint, ChatBackend],
) -> None:
    _, backend = endpoint
    await backend.connect()  # answered 404
    assert backend.used_at > 0


async def test_connecting_beforehand_bears_an_endpoint_that_is_not_there(caplog: pytest.LogCaptureFixture) -> None:
    async with aiohttp.ClientSession() as http:
        await ChatBackend(http, "http://127.0.0.1:9/v1", "sk-secret").connect()
    assert "cannot be reached" in caplog.text
    assert "sk-secret" not in caplog.text
