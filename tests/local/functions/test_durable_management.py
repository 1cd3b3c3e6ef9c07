"""The durable management HTTP API, and what it does to instances."""

from typing import Any

import pytest
import pytest_asyncio

WEBHOOK = "/runtime/webhooks/durabletask"


@pytest_asyncio.fixture
async def app(serve: Any) -> Any:
    return await serve("durable")


@pytest.fixture(params=[WEBHOOK, "/durabletask"])
def base(request: Any) -> str:
    return str(request.param)


async def test_start_answers_with_links_that_work(app: Any, base: str) -> None:
    started = await app.http.post(f"{base}/orchestrators/waits/mine", json={"a": 1})
    assert started.status_code == 202
    assert started.headers["Retry-After"] == "10"
    links = started.json()
    assert links["id"] == "mine"
    assert started.headers["Location"] == links["statusQueryGetUri"]
    await app.host.settle()
    status = await app.http.get(links["statusQueryGetUri"])
    assert status.status_code == 202
    assert status.json()["runtimeStatus"] == "Running"
    assert status.json()["input"] == {"a": 1}
    raised = await app.http.post(links["sendEventPostUri"].replace("{eventName}", "go"), json="now")
    assert raised.status_code == 202
    await app.host.settle()
    status = await app.http.get(links["statusQueryGetUri"])
    assert status.status_code == 200
    assert status.json()["output"] == "now"


async def test_an_unknown_orchestrator_is_refused_by_name(app: Any, base: str) -> None:
    answer = await app.http.post(f"{base}/orchestrators/nobody")
    assert answer.status_code == 400
    assert "'nobody' doesn't exist" in answer.json()["ExceptionMessage"]
    assert "'chain'" in answer.json()["ExceptionMessage"]


async def test_the_sdk_client_reports_an_unknown_orchestrator(app: Any) -> None:
    assert (await app.http.post("/api/start/nobody")).status_code == 500


async def test_a_running_id_cannot_be_started_twice_but_an_ended_one_can(app: Any) -> None:
    await app.http.post(f"{WEBHOOK}/orchestrators/waits/one")
    assert (await app.http.post(f"{WEBHOOK}/orchestrators/waits/one")).status_code == 409
    await app.host.settle()
    await app.http.post(f"{WEBHOOK}/instances/one/terminate?reason=enough")
    await app.host.settle()
    assert (await app.http.post(f"{WEBHOOK}/orchestrators/chain/one")).status_code == 202
    assert (await app.settled("one"))["output"] == ["Hello Tokyo!", "Hello London!"]


async def test_input_that_is_no_json_is_refused(app: Any) -> None:
    answer = await app.http.post(f"{WEBHOOK}/orchestrators/chain", content=b"{nonsense")
    assert answer.status_code == 400


async def test_nobody_knows_an_unknown_instance(app: Any) -> None:
    assert (await app.http.get(f"{WEBHOOK}/instances/none")).status_code == 404
    for operation in ("terminate", "suspend", "resume", "rewind", "restart", "raiseEvent/go"):
        answer = await app.http.post(f"{WEBHOOK}/instances/none/{operation}", json=1)
        assert answer.status_code == 404, operation
    assert (await app.http.delete(f"{WEBHOOK}/instances/none")).status_code == 404


async def test_an_ended_instance_takes_no_more(app: Any) -> None:
    instance = (await app.run("chain"))["instanceId"]
    for operation in ("terminate", "suspend", "resume", "rewind", "raiseEvent/go"):
        answer = await app.http.post(f"{WEBHOOK}/instances/{instance}/{operation}", json=1)
        assert answer.status_code == 410, operation


async def test_terminate_ends_with_the_reason(app: Any) -> None:
    instance = await app.start("event_or_timeout")
    await app.host.settle()
    await app.http.post(f"{WEBHOOK}/instances/{instance}/terminate?reason=not%20needed")
    state = await app.settled(instance)
    assert state["runtimeStatus"] == "Terminated"
    assert state["output"] == "not needed"
    assert app.host.timeline.earliest() is None


async def test_terminating_a_child_fails_its_parent(app: Any) -> None:
    parent = await app.start("parent_of_waiter")
    await app.host.settle()
    await app.http.post(f"{WEBHOOK}/instances/{parent}-child/terminate?reason=stop")
    assert (await app.settled(f"{parent}-child"))["runtimeStatus"] == "Terminated"
    assert (await app.status(parent))["runtimeStatus"] == "Failed"


async def test_a_suspended_instance_keeps_its_events_until_it_is_resumed(app: Any) -> None:
    instance = await app.start("waits")
    await app.host.settle()
    await app.http.post(f"{WEBHOOK}/instances/{instance}/suspend?reason=hold")
    assert (await app.settled(instance))["runtimeStatus"] == "Suspended"
    await app.http.post(f"{WEBHOOK}/instances/{instance}/raiseEvent/go", json="kept")
    assert (await app.settled(instance))["runtimeStatus"] == "Suspended"
    await app.http.post(f"{WEBHOOK}/instances/{instance}/resume")
    state = await app.settled(instance)
    assert state["runtimeStatus"] == "Completed"
    assert state["output"] == "kept"


async def test_a_suspended_instance_can_be_terminated(app: Any) -> None:
    instance = await app.start("waits")
    await app.http.post(f"{WEBHOOK}/instances/{instance}/suspend")
    await app.host.settle()
    await app.http.post(f"{WEBHOOK}/instances/{instance}/terminate")
    assert (await app.settled(instance))["runtimeStatus"] == "Terminated"


async def test_rewind_tries_only_the_failed_activity_again(app: Any) -> None:
    instance = (await app.run("once_flaky", {"key": "r", "succeeds_on": 2}))["instanceId"]
    assert (await app.status(instance))["runtimeStatus"] == "Failed"
    assert (await app.http.post(f"{WEBHOOK}/instances/{instance}/rewind")).status_code == 202
    state = await app.settled(instance)
    assert state["runtimeStatus"] == "Completed"
    assert state["output"] == 2


async def test_rewind_reaches_down_to_the_failed_child(app: Any) -> None:
    instance = (await app.run("parent_of_flaky", {"key": "rc", "succeeds_on": 2}))["instanceId"]
    assert (await app.status(instance))["runtimeStatus"] == "Failed"
    await app.http.post(f"{WEBHOOK}/instances/{instance}/rewind")
    assert (await app.settled(instance))["output"] == 2
    assert app.module.tries["rc"] == 2


async def test_rewind_repeats_the_last_attempt_of_exhausted_retries(app: Any) -> None:
    instance = await app.start("with_retry", {"key": "rr", "succeeds_on": 3, "attempts": 2})
    await app.host.advance(3)
    assert (await app.status(instance))["runtimeStatus"] == "Failed"
    await app.http.post(f"{WEBHOOK}/instances/{instance}/rewind")
    assert (await app.settled(instance))["output"] == [3, 9]


async def test_restart_runs_again_with_the_same_input(app: Any) -> None:
    instance = (await app.run("fan_out", 3))["instanceId"]
    again = (await app.http.post(f"{WEBHOOK}/instances/{instance}/restart")).json()["id"]
    assert again != instance
    assert (await app.settled(again))["output"] == 5
    same = await app.http.post(f"{WEBHOOK}/instances/{instance}/restart?restartWithNewInstanceId=false")
    assert same.json()["id"] == instance
    assert (await app.settled(instance))["output"] == 5


async def test_waiting_for_completion_returns_the_output(app: Any) -> None:
    answer = await app.http.post(f"{WEBHOOK}/orchestrators/chain?timeout=10")
    assert answer.status_code == 200
    assert answer.json() == ["Hello Tokyo!", "Hello London!"]
    answer = await app.http.post(f"{WEBHOOK}/orchestrators/waits?timeout=0.05")
    assert answer.status_code == 202
    assert (await app.http.post(f"{WEBHOOK}/orchestrators/waits?timeout=soon")).status_code == 400


async def test_history_shows_tasks_with_names_and_results(app: Any) -> None:
    instance = (await app.run("chain"))["instanceId"]
    state = await app.status(instance, showHistory="true", showHistoryOutput="true")
    events = [event for event in state["historyEvents"] if event["EventType"] == "TaskCompleted"]
    assert [event["FunctionName"] for event in events] == ["greet", "greet"]
    assert events[0]["Result"] == "Hello Tokyo!"
    assert state["historyEvents"][-1]["OrchestrationStatus"] == "Completed"
    assert "historyEvents" not in await app.status(instance)
    assert (await app.status(instance, showInput="false"))["input"] is None


async def test_a_failure_is_500_on_request(app: Any) -> None:
    instance = (await app.run("fails"))["instanceId"]
    url = f"{WEBHOOK}/instances/{instance}"
    assert (await app.http.get(url)).status_code == 200
    assert (await app.http.get(f"{url}?returnInternalServerErrorOnFailure=true")).status_code == 500


async def test_instances_are_listed_filtered_and_paged(app: Any) -> None:
    for number in range(5):
        await app.http.post(f"{WEBHOOK}/orchestrators/chain/list-{number}")
        await app.host.advance(60)
    await app.http.post(f"{WEBHOOK}/orchestrators/waits/other")
    await app.host.settle()

    async def ids(headers: dict[str, str] | None = None, **query: str) -> tuple[list[str], str]:
        answer = await app.http.get(f"{WEBHOOK}/instances", params=query, headers=headers)
        return [state["instanceId"] for state in answer.json()], answer.headers["x-ms-continuation-token"]

    assert len((await ids())[0]) == 6
    assert (await ids(runtimeStatus="Running"))[0] == ["other"]
    assert len((await ids(runtimeStatus="Completed,Failed"))[0]) == 5
    assert (await ids(instanceIdPrefix="list-", createdTimeFrom="2026-01-05T12:02:30Z"))[0] == ["list-3", "list-4"]
    assert (await ids(createdTimeTo="2026-01-05T12:00:30Z"))[0] == ["list-0"]
    first, token = await ids(top="2")
    assert first == ["list-0", "list-1"]
    second, _ = await ids({"x-ms-continuation-token": token}, top="2")
    assert second == ["list-2", "list-3"]
    last, token = await ids(top="9")
    assert len(last) == 6
    assert token == ""


async def test_purge_forgets_ended_instances_only(app: Any) -> None:
    instance = (await app.run("chain"))["instanceId"]
    running = await app.start("waits")
    await app.host.settle()
    deleted = await app.http.delete(f"{WEBHOOK}/instances/{instance}")
    assert deleted.json() == {"instancesDeleted": 1}
    assert (await app.http.get(f"{WEBHOOK}/instances/{instance}")).status_code == 404
    assert (await app.http.delete(f"{WEBHOOK}/instances/{running}")).json() == {"instancesDeleted": 0}
    await app.run("chain")
    assert (await app.http.delete(f"{WEBHOOK}/instances")).status_code == 400, "createdTimeFrom is required"
    many = await app.http.delete(f"{WEBHOOK}/instances?createdTimeFrom=2020-01-01T00:00:00Z&runtimeStatus=Completed")
    assert many.json() == {"instancesDeleted": 1}


async def test_an_event_must_be_json(app: Any) -> None:
    instance = await app.start("waits")
    url = f"{WEBHOOK}/instances/{instance}/raiseEvent/go"
    assert (await app.http.post(url, content="1", headers={"content-type": "text/plain"})).status_code == 400


async def test_with_a_key_the_webhook_wants_it_and_links_carry_it(serve: Any) -> None:
    app = await serve("durable", key="sesame")
    assert (await app.http.post(f"{WEBHOOK}/orchestrators/chain")).status_code == 401
    started = await app.http.post(f"{WEBHOOK}/orchestrators/chain?code=sesame")
    assert "code=sesame" in started.json()["statusQueryGetUri"]
    assert (await app.http.get(started.json()["statusQueryGetUri"])).status_code in (200, 202)
    instance = await app.start("chain")  # the SDK client needs none
    await app.host.settle()
    assert app.host.engine.control.find(instance).status == "Completed"
