"""An OpenAI-compatible endpoint on this machine that answers as a test tells it to."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from aiohttp import web


class FakeOpenAI:
    """`behave` decides the next answers: a status, `hang`, a text, or a structured answer as a dict."""

    def __init__(self) -> None:
        self.behave: int | str | dict[str, Any] | None = None
        self.asked: list[dict[str, Any]] = []
        self.url = ""

    async def answer(self, request: web.Request) -> web.Response:
        """`POST /chat/completions`."""
        self.asked.append(await request.json())
        if isinstance(self.behave, int):
            return web.json_response({"error": {"message": "no", "type": "fake"}}, status=self.behave)
        if self.behave == "hang":
            await asyncio.sleep(60)
        if self.behave == "not json":
            return web.Response(text="<html>", content_type="application/json")
        content = self.behave if isinstance(self.behave, str) else json.dumps(self.behave)
        choice = {"index": 0, "finish_reason": "stop", "message": {"role": "assistant", "content": content}}
        choices = [] if self.behave is None else [choice]
        body = {"id": "c1", "object": "chat.completion", "created": 1, "model": "fake", "choices": choices}
        return web.json_response(body)


@asynccontextmanager
async def fake_openai() -> AsyncIterator[FakeOpenAI]:
    """The endpoint on a free port; its `url` is what OPENAI_BASE_URL would be."""
    fake = FakeOpenAI()
    app = web.Application()
    app.router.add_post("/v1/chat/completions", fake.answer)
    runner = web.AppRunner(app, handle_signals=False, shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    assert runner.addresses
    fake.url = f"http://127.0.0.1:{runner.addresses[0][1]}/v1"
    try:
        yield fake
    finally:
        await runner.cleanup()
