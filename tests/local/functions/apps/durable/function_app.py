"""Orchestrations, activities and entities that show one behaviour each."""

import contextvars
from datetime import timedelta

import azure.durable_functions as df
import azure.functions as func

app = df.DFApp(http_auth_level=func.AuthLevel.ANONYMOUS)
tries: dict[str, int] = {}
seen: list[object] = []
caller: contextvars.ContextVar[str] = contextvars.ContextVar("caller", default="nobody")
drift = {"on": False}
second = timedelta(seconds=1)


@app.activity_trigger(input_name="name")
def greet(name: str) -> str:
    return f"Hello {name}!"


@app.activity_trigger(input_name="number")
async def square(number: int) -> int:
    return number * number


@app.activity_trigger(input_name="plan")
def flaky(plan: dict) -> int:
    tries[plan["key"]] = tries.get(plan["key"], 0) + 1
    if tries[plan["key"]] < plan["succeeds_on"]:
        raise ValueError("not yet")
    return tries[plan["key"]]


@app.activity_trigger(input_name="what")
def note(what: object) -> None:
    seen.append(what)


@app.activity_trigger(input_name="what", activity="Renamed")
def renamed_activity(what: str) -> str:
    return what.upper()


@app.orchestration_trigger(context_name="context")
def chain(context):
    first = yield context.call_activity("greet", "Tokyo")
    second_ = yield context.call_activity("greet", "London")
    return [first, second_]


@app.orchestration_trigger(context_name="context")
def fan_out(context):
    results = yield context.task_all([context.call_activity("square", n) for n in range(context.get_input())])
    return sum(results)


@app.orchestration_trigger(context_name="context")
def by_other_name(context):
    return (yield context.call_activity("renamed", "shout"))


@app.orchestration_trigger(context_name="context")
def with_retry(context):
    options = df.RetryOptions(1000, context.get_input()["attempts"])
    number = yield context.call_activity_with_retry("flaky", options, context.get_input())
    after = yield context.call_activity("square", 3)
    return [number, after]


@app.orchestration_trigger(context_name="context")
def retry_then_handled(context):
    try:
        yield context.call_activity_with_retry("flaky", df.RetryOptions(1000, 2), context.get_input())
    except Exception as error:
        answer = yield context.call_activity("greet", "anyway")
        return [answer, "not yet" in str(error)]


@app.orchestration_trigger(context_name="context")
def once_flaky(context):
    return (yield context.call_activity("flaky", context.get_input()))


@app.orchestration_trigger(context_name="context")
def parent(context):
    child = yield context.call_sub_orchestrator("chain")
    return {"child": child, "id": context.instance_id}


@app.orchestration_trigger(context_name="context")
def parent_of_waiter(context):
    return (yield context.call_sub_orchestrator("waits", None, f"{context.instance_id}-child"))


@app.orchestration_trigger(context_name="context")
def parent_of_flaky(context):
    return (yield context.call_sub_orchestrator("once_flaky", context.get_input()))


@app.orchestration_trigger(context_name="context")
def parent_with_retry(context):
    return (yield context.call_sub_orchestrator_with_retry("once_flaky", df.RetryOptions(500, 3), context.get_input()))


@app.orchestration_trigger(context_name="context")
def waits(context):
    context.set_custom_status("waiting")
    value = yield context.wait_for_external_event("go")
    context.set_custom_status({"got": value})
    return value


@app.orchestration_trigger(context_name="context")
def waits_twice_in_turn(context):
    first = yield context.wait_for_external_event("go")
    yield context.call_activity("note", first)
    again = yield context.wait_for_external_event("go")
    return [first, again]


@app.orchestration_trigger(context_name="context")
def event_or_timeout(context):
    go = context.wait_for_external_event("go")
    timeout = context.create_timer(context.current_utc_datetime + timedelta(hours=1))
    winner = yield context.task_any([go, timeout])
    if winner is go:
        if context.get_input() != "forget":
            timeout.cancel()
        return "event"
    return "timeout"


@app.orchestration_trigger(context_name="context")
def counts_days(context):
    days = []
    for _ in range(context.get_input()):
        yield context.create_timer(context.current_utc_datetime + timedelta(days=1))
        days.append(context.current_utc_datetime.isoformat())
    return days


@app.orchestration_trigger(context_name="context")
def one_month_timer(context):
    start = context.current_utc_datetime
    yield context.create_timer(start + timedelta(days=30))
    return (context.current_utc_datetime - start).days


@app.orchestration_trigger(context_name="context")
def generations(context):
    number = context.get_input() or 0
    yield context.call_activity("square", number)
    if number < 4:
        context.continue_as_new(number + 1)
        return None
    return number


@app.orchestration_trigger(context_name="context")
def eternal_listener(context):
    heard = context.get_input() or []
    word = yield context.wait_for_external_event("word")
    heard = [*heard, word]
    if "stop" in word:
        return heard
    context.continue_as_new(heard)
    return None


@app.orchestration_trigger(context_name="context")
def drifting(context):
    name = "square" if drift["on"] else "greet"
    yield context.call_activity(name, 2)
    yield context.wait_for_external_event("go")
    return "done"


@app.orchestration_trigger(context_name="context")
def calls_nothing_known(context):
    yield context.call_activity("no_such_activity", 1)


@app.orchestration_trigger(context_name="context")
def fails(context):
    yield context.call_activity("square", 1)
    raise ValueError("this orchestrator fails")


@app.orchestration_trigger(context_name="context")
def fails_at_once(context):
    raise ValueError("before any yield")


@app.orchestration_trigger(context_name="context")
def counter_total(context):
    entity = df.EntityId("Counter", context.get_input())
    context.signal_entity(entity, "add", 10)
    yield context.call_entity(entity, "add", 5)
    return (yield context.call_entity(entity, "get"))


@app.orchestration_trigger(context_name="context")
def entity_error(context):
    try:
        yield context.call_entity(df.EntityId("counter", "broken"), "explode")
    except Exception as error:
        return str(error)


@app.orchestration_trigger(context_name="context")
def calls_http(context):
    response = yield context.call_http("GET", context.get_input())
    return [response["statusCode"], response["content"]]


@app.orchestration_trigger(context_name="context")
def reports(context):
    yield context.call_activity("square", 1)
    return {
        "id": context.instance_id,
        "parent": context.parent_instance_id,
        "guid": str(context.new_guid()),
        "input": context.get_input(),
    }


@app.entity_trigger(context_name="context")
def counter(context):
    state = context.get_state(lambda: 0)
    match context.operation_name:
        case "add":
            state += context.get_input()
        case "explode":
            raise ValueError("the entity exploded")
        case "delete":
            context.destruct_on_exit()
            return
    context.set_state(state)
    context.set_result(state)


@app.route(route="start/{name}", methods=["POST"])
@app.durable_client_input(client_name="client")
async def start(req: func.HttpRequest, client) -> func.HttpResponse:
    body = req.get_body()
    instance = await client.start_new(req.route_params["name"], None, req.get_json() if body else None)
    return client.create_check_status_response(req, instance)


@app.route(route="raise/{id}/{event}", methods=["POST"])
@app.durable_client_input(client_name="client")
async def raise_it(req: func.HttpRequest, client) -> func.HttpResponse:
    await client.raise_event(req.route_params["id"], req.route_params["event"], req.get_json())
    return func.HttpResponse(status_code=202)


polled = {"count": 0}


@app.route(route="slow", methods=["GET"])
def slow(req: func.HttpRequest) -> func.HttpResponse:
    polled["count"] += 1
    if polled["count"] < 3:
        return func.HttpResponse(status_code=202, headers={"Location": "/api/slow", "Retry-After": "7"})
    return func.HttpResponse("at last")
