"""What the model is shown of a call: bounded, whole, and as it was heard."""

import json
from typing import Any

from agent.llm.events import ToolCall
from agent.llm.history import IN_PROGRESS, MOST, NOT_RUN, OF_NOTE, History, told
from archer.conversation.events import ToolDone
from archer.protocol import HeardLine


def roles(history: History) -> list[str]:
    return [message["role"] for message in history.messages("s", "f")]


def test_sentences_of_one_turn_are_one_message() -> None:
    history = History()
    history.customer("hello")
    history.agent("I see.")
    history.agent("What now?")
    assert history.messages("s", "f")[2] == {"role": "assistant", "content": "I see. What now?"}


def test_earlier_session_is_remembered() -> None:
    history = History([HeardLine(speaker="customer", text="hi"), HeardLine(speaker="agent", text="hello")])
    assert roles(history) == ["system", "user", "assistant", "system"]


def test_interrupted_turn_ends_where_it_was_heard() -> None:
    history = History()
    history.customer("hello")
    history.agent("I can offer you a plan over six months.")
    history.cut("I can offer you")
    assert history.messages("s", "")[-1]["content"] == "I can offer you … (the caller interrupted here)"


def test_turn_heard_whole_stays_as_it_is() -> None:
    history = History()
    history.agent("I see.")
    history.cut("I see.")
    assert history.messages("s", "")[-1]["content"] == "I see."


def test_every_tool_call_has_an_answer() -> None:
    history = History()
    history.customer("a plan")
    history.called([ToolCall("c1", "one", "{}"), ToolCall("c2", "two", "{}")])
    history.result("c1", "{}")
    history.agent("To confirm.")
    history.customer("wait")
    messages = history.messages("s", "")
    called = next(i for i, m in enumerate(messages) if "tool_calls" in m)
    assert [m["tool_call_id"] for m in messages[called + 1 : called + 3]] == ["c1", "c2"]
    assert messages[called + 3]["role"] == "assistant"


def test_long_calls_keep_what_is_recent_and_a_summary() -> None:
    history = History()
    for turn in range(60):
        history.customer(f"this is what I say in turn number {turn}")
        history.agent("I understand.")
    messages = history.messages("s", "f")
    assert len(messages) <= MOST + 4
    assert messages[1]["role"] == "system"
    assert "earlier messages" in messages[1]["content"]
    assert messages[2]["role"] == "user"
    assert "turn number 59" in messages[-3]["content"]


def test_cut_never_parts_a_tool_call_from_its_answer() -> None:
    history = History()
    for turn in range(30):
        history.customer(f"turn {turn}")
        history.called([ToolCall(f"c{turn}", "one", "{}")])
        history.result(f"c{turn}", "{}")
        history.agent("Done.")
        open_ids: set[str] = set()
        for message in history.messages("s", "f"):
            if "tool_calls" in message:
                open_ids |= {call["id"] for call in message["tool_calls"]}
            elif message["role"] == "tool":
                open_ids.remove(message["tool_call_id"])
        assert not open_ids


def results(history: History) -> list[dict[str, Any]]:
    return [json.loads(message["content"]) for message in history.messages("s", "") if message["role"] == "tool"]


def test_tool_under_way_is_in_progress_and_its_answer_comes_to_its_call_however_late() -> None:
    history = History()
    history.customer("a plan")
    history.called([ToolCall("c1", "one", "{}"), ToolCall("c2", "two", "{}")])
    history.runs("c1", "r1-3")
    history.customer("are you there")
    assert results(history) == [json.loads(IN_PROGRESS), json.loads(NOT_RUN)]
    history.agent("To confirm.")
    history.ran("r1-3", '{"ok":true}')
    assert results(history) == [{"ok": True}, json.loads(NOT_RUN)]
    assert roles(history) == ["system", "user", "assistant", "tool", "tool", "user", "assistant", "system"]


def test_answer_of_a_tool_that_the_model_did_not_ask_for_is_no_message() -> None:
    history = History()
    history.customer("a plan")
    history.ran("r1-1", '{"ok":true}')
    assert results(history) == []


def test_answer_to_a_call_that_went_into_the_summary_is_dropped() -> None:
    history = History()
    history.customer("a plan")
    history.called([ToolCall("c1", "one", "{}")])
    history.runs("c1", "r1-1")
    for turn in range(MOST):
        history.customer(f"turn number {turn} of mine")
        history.agent("I see.")
    history.ran("r1-1", '{"ok":true}')
    assert results(history) == []


def test_unknown_outcome_is_told_as_unknown() -> None:
    answer = json.loads(told(ToolDone("r1-1", "process_payment", ok=False, error="unavailable")))
    assert answer["ok"] is False
    assert "not known" in answer["problem"]


def test_interruption_is_noted_although_a_tool_was_asked_for_meanwhile() -> None:
    history = History()
    history.customer("a plan")
    history.agent("Let me look at that for you.")
    history.called([ToolCall("c1", "one", "{}")])
    history.cut("Let me look")
    assert history.messages("s", "")[2]["content"] == "Let me look … (the caller interrupted here)"


def test_what_the_caller_said_of_himself_outlives_small_talk() -> None:
    history = History()
    history.customer("I lost my job in March and get paid again on the fifteenth", of_note=True)
    history.agent("I am sorry to hear that.")
    for turn in range(80):
        history.customer(f"well I do not know about that either {turn}")
        history.agent("I understand.")
    summary = history.messages("s", "")[1]["content"]
    assert "lost my job in March" in summary


def test_summary_stays_as_short_as_it_is() -> None:
    history, sizes = History(), []
    for turn in range(120):
        history.customer(
            f"on day {turn} my boss told me something new about my hours and my pay", of_note=turn % 2 == 0
        )
        history.agent("I understand.")
        sizes.append(len(str(history.messages("s", ""))))
    assert history.messages("s", "")[1]["content"].count("on day") <= OF_NOTE + 3
    assert max(sizes[60:]) <= 1.1 * max(sizes[40:60])
