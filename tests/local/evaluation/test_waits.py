"""The waits of a stream's events: from where the caller stops to the agent's next word."""

from typing import Any

from local.evaluation.live import waits_in


def event(at: float, side: str, kind: str, value: str | None = None) -> dict[str, Any]:
    return {"at": at, "side": side, "type": kind, "value": value}


def test_a_wait_ends_with_the_first_message_of_the_agent() -> None:
    events = [
        event(1.0, "carrier", "user_state", "speaking"),
        event(2.0, "carrier", "user_state", "idle"),
        event(2.25, "agent", "message"),
        event(2.5, "agent", "message"),
    ]
    assert waits_in(events) == [250.0]


def test_who_goes_on_speaking_or_is_cut_off_does_not_wait() -> None:
    goes_on = [
        event(1.0, "carrier", "user_state", "idle"),
        event(1.5, "carrier", "user_state", "speaking"),
        event(2.0, "carrier", "user_state", "idle"),
    ]
    assert waits_in(goes_on) == []
    assert waits_in([]) == []


def test_other_events_in_between_do_not_count() -> None:
    events = [
        event(1.0, "carrier", "user_state", "idle"),
        event(1.1, "agent", "log_metric"),
        event(1.2, "carrier", "dtmf"),
        event(1.5, "agent", "message"),
    ]
    assert waits_in(events) == [500.0]
