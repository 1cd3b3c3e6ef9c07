"""One episode of an orchestration: new events in, one call of the orchestrator, everything it decided in one commit.

Completion follows DurableTask.Core: an instance ends only when its orchestrator is done *and* no task is open, so a
losing timer that nobody cancelled keeps it running.
"""

import json
import logging
import uuid
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from azure.functions.meta import Datum

from local.functions.binder import ACTIVITY, ENTITY, ORCHESTRATION, LoadedApp
from local.functions.durable.commit import Decision, commit
from local.functions.durable.history import Event, Kind, Status, dumps, event
from local.functions.durable.hub import Instance, TaskHub
from local.functions.durable.replay import NonDeterministicError, Replay, Work
from local.functions.durable.store import Message
from local.functions.failures import log_failure
from local.functions.invocation import BoundFunction, Outcome

Call = Callable[[BoundFunction, Datum], Awaitable[Outcome]]
REPLY_IN_ERROR = "\n\n$OutOfProcData$:"
"""What the SDK puts between an orchestrator's error and its reply."""
MOST_RETAINED = "3.00:00:00"
LONGEST_TIMER = "6.00:00:00"
KINDS = {
    Work.ACTIVITY: (ACTIVITY, "an activity", "activity"),
    Work.SUB_ORCHESTRATION: (ORCHESTRATION, "an orchestrator", "orchestrator"),
    Work.ENTITY: (ENTITY, "an entity", "entity"),
}

log = logging.getLogger("local.functions")


def unknown_function(app: LoadedApp, work: Work, name: str) -> str | None:
    """Why work cannot be given to a function of that name, in the extension's words; None when it can."""
    trigger, article, noun = KINDS[work]
    found = app.durable.get((trigger, name.lower()))
    if found is not None and not found.disabled:
        return None
    known = ", ".join(f"'{key}'" for kind, key in app.durable if kind == trigger) or "none"
    return (
        f"The function '{name}' doesn't exist, is disabled, or is not {article} function. "
        f"Additional info: The following are the known {noun} functions: {known}."
    )


@dataclass(frozen=True)
class _Reply:
    """What the orchestrator answered."""

    actions: list[dict[str, Any]]
    done: bool
    output: Any
    error: str | None
    custom_status: Any
    replayable: bool = True
    """False when the orchestrator failed without a word about its actions."""


def _reply(document: dict[str, Any]) -> _Reply:
    actions = document.get("actions") or [[]]
    return _Reply(
        actions=actions[0],
        done=bool(document.get("isDone")),
        output=document.get("output"),
        error=document.get("error"),
        custom_status=document.get("customStatus"),
    )


class Episodes:
    """Runs episodes; `call` invokes a function of the app."""

    def __init__(self, app: LoadedApp, hub: TaskHub, call: Call, http_poll_seconds: float) -> None:
        self._app, self._hub, self._call = app, hub, call
        self._http_poll_milliseconds = int(http_poll_seconds * 1000)

    async def run(self, instance_id: str) -> None:
        """Deal with whatever is in the instance's inbox."""
        instance = self._hub.live.get(instance_id)
        if instance is None or not instance.inbox:
            return
        batch = instance.take()
        try:
            await self._run(instance, batch)
        except BaseException:
            instance.inbox[:0] = batch
            raise

    async def _run(self, instance: Instance, batch: list[Message]) -> None:
        started = event(Kind.ORCHESTRATOR_STARTED, self._hub.now())
        events = [message.event for message in batch]
        ending = next((e for e in events if e["EventType"] == Kind.EXECUTION_TERMINATED), None)
        if ending is not None:
            decision = Decision([started, *events], status=Status.TERMINATED, output=ending.get("Input"))
            commit(self._hub, instance, batch, decision)
            return
        turns = [e["EventType"] for e in events if e["EventType"] in (Kind.SUSPENDED, Kind.RESUMED)]
        suspended = turns[-1] == Kind.SUSPENDED if turns else instance.row.status is Status.SUSPENDED
        if suspended:
            self._hold(instance, batch, started)
            return
        reply = await self._ask(instance, [*instance.history, started, *events])
        if self._hub.live.get(instance.row.id) is not instance:
            return  # purged or replaced while the orchestrator ran
        decision = self._decide(instance, [started, *events], reply)
        commit(self._hub, instance, batch, decision)

    def _hold(self, instance: Instance, batch: list[Message], started: Event) -> None:
        turns = (Kind.SUSPENDED, Kind.RESUMED)
        handled = [message for message in batch if message.event["EventType"] in turns]
        instance.inbox[:0] = [message for message in batch if message.event["EventType"] not in turns]
        if handled:
            events = [started, *(message.event for message in handled)]
            commit(self._hub, instance, handled, Decision(events, status=Status.SUSPENDED))

    async def _ask(self, instance: Instance, history: Sequence[Event]) -> _Reply:
        row = instance.row
        function = self._app.durable.get((ORCHESTRATION, row.name.lower()))
        if function is None:
            raise LookupError(f"the app has no orchestrator {row.name!r} for its instance {row.id!r}")
        context = {
            "history": history,
            "input": json.loads(row.input) if row.input is not None else None,
            "instanceId": row.id,
            "isReplaying": bool(instance.history),
            "parentInstanceId": row.parent["id"] if row.parent else None,
            "upperSchemaVersion": 1,
            "upperSchemaVersionNew": 2,
            "longRunningTimerIntervalDuration": MOST_RETAINED,
            "maximumShortTimerDuration": LONGEST_TIMER,
            "defaultHttpAsyncRequestSleepTimeMillseconds": self._http_poll_milliseconds,
        }
        try:
            outcome = await self._call(function, Datum(dumps(context), "json"))
        except Exception as error:
            _, label, reply = str(error).partition(REPLY_IN_ERROR)
            if label:
                log_failure(function.name, error.__cause__ or error)
                return _reply(json.loads(reply))
            log_failure(function.name, error)
            return _Reply([], False, None, str(error) or type(error).__name__, None, replayable=False)
        assert outcome.returned is not None
        return _reply(json.loads(outcome.returned.value))

    def _decide(self, instance: Instance, events: list[Event], reply: _Reply) -> Decision:
        row = instance.row
        custom = dumps(reply.custom_status) if reply.custom_status is not None else row.custom_status
        decision = Decision(events, custom_status=custom)
        failed = f"Orchestrator function '{row.name}' failed: "
        if not reply.replayable:
            return replace(decision, status=Status.FAILED, output=dumps(failed + (reply.error or "")))
        try:
            replay = Replay(row.execution_id, reply.actions).run([*instance.history, *events])
        except (NonDeterministicError, ValueError) as error:
            log.error("orchestrator %s: %s", row.name, error)
            return replace(decision, status=Status.FAILED, output=dumps(failed + str(error)))
        for new in replay.new.values():
            if new.work in KINDS:
                name = new.action["instanceId"].split("@")[1] if new.work is Work.ENTITY else new.name
                if (reason := unknown_function(self._app, new.work, name)) is not None:
                    log.error("orchestrator %s: %s", row.name, reason)
                    return replace(decision, status=Status.FAILED, output=dumps(failed + reason))
        decision = replace(decision, new=list(replay.new.values()), cancelled=frozenset(replay.cancelled))
        if not replay.finished or replay.open:
            return decision
        if reply.error is not None:
            return replace(decision, status=Status.FAILED, output=dumps(failed + reply.error), error=reply.error)
        if replay.continued is not None:
            continued = dumps(replay.continued.get("input"))
            return replace(decision, continued_input=continued, continued_as=uuid.uuid4().hex)
        if reply.done:
            output = dumps(reply.output) if reply.output is not None else None
            return replace(decision, status=Status.COMPLETED, output=output)
        return decision
