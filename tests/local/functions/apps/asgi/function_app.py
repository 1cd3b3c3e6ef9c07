"""An ASGI app beside durable functions, as the real app is built."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import azure.durable_functions as df
import azure.functions as func
from fastapi import FastAPI, Request

life: list[str] = []


@asynccontextmanager
async def lifespan(_: FastAPI) -> AsyncIterator[None]:
    life.append("started")
    yield
    life.append("stopped")


api = FastAPI(lifespan=lifespan)


@api.get("/api/hello/{name}")
async def hello(name: str, q: str = "") -> dict[str, str]:
    return {"hello": name, "q": q}


@api.post("/api/size")
async def size(request: Request) -> dict[str, int]:
    return {"size": len(await request.body())}


bp = df.Blueprint()


@bp.orchestration_trigger(context_name="context")
def nothing_much(context):
    return "done"


@bp.route(route="api/direct", methods=["POST"], auth_level=func.AuthLevel.ANONYMOUS)
@bp.durable_client_input(client_name="client")
async def direct(req: func.HttpRequest, client) -> func.HttpResponse:
    return func.HttpResponse(await client.start_new("nothing_much"))


app = func.AsgiFunctionApp(app=api, http_auth_level=func.AuthLevel.ANONYMOUS)
app.register_functions(bp)
