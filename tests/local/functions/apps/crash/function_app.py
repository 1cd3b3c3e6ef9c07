"""Work that can be interrupted by killing the process."""

import os
import time
from datetime import timedelta
from pathlib import Path

import azure.durable_functions as df
import azure.functions as func

app = df.DFApp(http_auth_level=func.AuthLevel.ANONYMOUS)
FOLDER = Path(os.environ["CRASH_FOLDER"])


@app.activity_trigger(input_name="name")
def logs(name: str) -> str:
    with (FOLDER / "log.txt").open("a") as log:
        log.write(f"{name}\n")
    return name


@app.activity_trigger(input_name="name")
def blocks(name: str) -> str:
    with (FOLDER / "log.txt").open("a") as log:
        log.write(f"{name}\n")
    while not (FOLDER / "go").exists():
        time.sleep(0.02)
    return name


@app.orchestration_trigger(context_name="context")
def journey(context):
    first = yield context.call_activity("logs", "first")
    second = yield context.call_activity("blocks", "second")
    yield context.create_timer(context.current_utc_datetime + timedelta(seconds=1))
    word = yield context.wait_for_external_event("word")
    return [first, second, word]


@app.entity_trigger(context_name="context")
def tally(context):
    state = context.get_state(lambda: 0) + 1
    context.set_state(state)


@app.route(route="stuck")
def stuck(req: func.HttpRequest) -> str:
    time.sleep(float(req.params["seconds"]))
    return "freed"
