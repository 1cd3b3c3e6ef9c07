"""What goes wrong is told in one form, and says whether to try again."""

import httpx
from fastapi import FastAPI

from api.problems import install
from archer.store.database import Database


async def test_a_database_that_is_away_asks_the_client_to_try_again() -> None:
    app, nowhere = FastAPI(), Database("postgresql+psycopg://archer@127.0.0.1:1/archer")
    install(app)
    app.add_api_route("/ping", nowhere.ping)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://api.test") as client:
        answer = await client.get("/ping")
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "1")
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert answer.json()["type"].endswith("/unavailable")
    assert "127.0.0.1" not in answer.text
