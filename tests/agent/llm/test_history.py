"""What the model is shown of a call: bounded, whole, and as it was heard."""

from agent.llm.events import ToolCall
from agent.llm.history import MOST, History
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
