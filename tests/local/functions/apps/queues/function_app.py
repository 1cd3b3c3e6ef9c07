"""Queue functions that show one behaviour each."""

import asyncio
from typing import List  # noqa: UP035 - the Python worker refuses list[str] here

import azure.functions as func

app = func.FunctionApp(http_auth_level=func.AuthLevel.ANONYMOUS)
STORAGE = "AzureWebJobsStorage"
received: list[tuple[str, str, int]] = []
seen_poison: list[tuple[str, int]] = []
keep_poison = True
running = {"now": 0, "most": 0}
release = asyncio.Event()


@app.queue_trigger(arg_name="msg", queue_name="%PREFIX%-in", connection=STORAGE)
@app.queue_output(arg_name="out", queue_name="%PREFIX%-out", connection=STORAGE)
async def forward(msg: func.QueueMessage, out: func.Out[str]) -> None:
    text = msg.get_body().decode()
    received.append((msg.id, text, msg.dequeue_count))
    if text == "always fails" or (text == "fails once" and msg.dequeue_count == 1):
        raise RuntimeError("as asked")
    out.set(f"{text}!")


@app.queue_trigger(arg_name="msg", queue_name="%PREFIX%-plain", connection=STORAGE)
@app.queue_output(arg_name="$return", queue_name="%PREFIX%-out", connection=STORAGE)
def returns(msg: str) -> str:
    return msg[::-1]


@app.queue_trigger(arg_name="msg", queue_name="%PREFIX%-in-poison", connection=STORAGE)
def poisoned(msg: func.QueueMessage) -> None:
    seen_poison.append((msg.get_body().decode(), msg.dequeue_count))
    if keep_poison:
        raise RuntimeError("not even this")


@app.queue_trigger(arg_name="msg", queue_name="%PREFIX%-slow", connection=STORAGE)
async def slow(msg: func.QueueMessage) -> None:
    running["now"] += 1
    running["most"] = max(running["most"], running["now"])
    await release.wait()
    running["now"] -= 1


@app.route(route="send", methods=["POST"])
@app.queue_output(arg_name="out", queue_name="%PREFIX%-in", connection=STORAGE)
def send(req: func.HttpRequest, out: func.Out[List[str]]) -> func.HttpResponse:  # noqa: UP006
    out.set(req.get_json())
    return func.HttpResponse(status_code=202)
