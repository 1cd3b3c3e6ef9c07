"""Words of undoing right after the yes, or while it is carried out: cancelled, or asked about; never passed over."""

import pytest

from archer.conversation.events import Heard, UseTool
from tests.archer.conversation.policy.policy_script import Call, keys
from tests.archer.conversation.policy.test_policy_bargaining import real

PLAN = "I'd like a payment plan over six months."
TAKEN_BACK = [
    "No wait, don't do that.",
    "Cancel that please.",
    "I changed my mind, cancel it.",
    "No no no, I don't want that plan.",
    "Actually don't send the link.",
    "Undo that.",
    "Wait, that's not what I wanted.",
    "Can you cancel the arrangement?",
    "I didn't agree to that.",
    "Stop, I take it back.",
    "I never said yes to that.",
    "Please stop that payment.",
    "I'm having second thoughts.",
    "Don't take it.",
]


def arranged() -> Call:
    call = real()
    for words in (PLAN, "Yes."):
        call.send(Heard(words))
    assert call.conversation.step == "anything_else"
    return call


def meanwhile(*said: str) -> tuple[Call, list[str]]:
    """What is answered once an arrangement is done during which this was said."""
    call = real()
    call.send(Heard(PLAN))
    use = next(a for a in call.conversation.handle(Heard("Yes.")) if isinstance(a, UseTool))
    for words in said:
        call.conversation.handle(Heard(words))
    return call, keys(call.send(call.bank.answer(use)))


@pytest.mark.parametrize("said", TAKEN_BACK)
def test_what_is_taken_back_at_once_is_cancelled_and_said_to_be(said: str) -> None:
    call = arranged()
    spoken = keys(call.send(Heard(said)))
    assert call.tools[-1] == "void_arrangement"
    assert spoken == ["tool.undone", "offer_open"]
    assert call.conversation.state.arranged is None
    call.send(Heard("No, nothing. Goodbye."))
    assert call.outcome != "plan_agreed"


@pytest.mark.parametrize("said", TAKEN_BACK)
def test_what_is_taken_back_while_it_is_done_is_cancelled(said: str) -> None:
    call, spoken = meanwhile(said)
    assert call.tools[-1] == "void_arrangement"
    assert spoken[0] == "tool.confirmed"
    assert "tool.undone" in spoken


@pytest.mark.parametrize("said", ["No.", "Wait.", "No, wait!", "Hold on.", "That's wrong."])
def test_a_startled_word_while_it_is_done_is_asked_about(said: str) -> None:
    call, spoken = meanwhile(said)
    assert spoken == ["tool.confirmed", "check_undo"]
    call.send(Heard("Yes, cancel it."))
    assert call.tools[-1] == "void_arrangement"


def test_a_bare_stop_while_it_is_done_cancels_it_and_opts_out() -> None:
    call, _ = meanwhile("Stop!")
    assert call.tools[-2:] == ["void_arrangement", "record_restriction"]


@pytest.mark.parametrize("said", ["That's wrong, I said three months.", "How do I cancel it?", "No, wait."])
def test_what_may_be_a_word_of_undoing_is_asked_about_once(said: str) -> None:
    call = arranged()
    assert keys(call.send(Heard(said))) == ["check_undo"]
    assert keys(call.send(Heard("No, leave it."))) == ["kept_in_place", "anything_else"]
    assert "void_arrangement" not in call.tools


@pytest.mark.parametrize(
    "said",
    [
        "No, thank you.",
        "No, that's all.",
        "No, I'm good.",
        "No, I don't need anything else.",
        "Don't worry about it, no.",
        "Hold on a second.",
        "When is the first payment?",
        "Don't cancel it.",
        "Don't call me again.",
        "I filed for bankruptcy last month.",
    ],
)
def test_what_undoes_nothing_cancels_nothing(said: str) -> None:
    call = arranged()
    call.send(Heard(said))
    assert "void_arrangement" not in call.tools


@pytest.mark.parametrize(
    ("said", "tool"), [("I'm busy, call me tomorrow at five.", "schedule_callback"), ("I have to go.", None)]
)
def test_what_else_is_said_while_it_is_done_is_answered(said: str, tool: str | None) -> None:
    call, _ = meanwhile(said)
    assert tool is None or call.tools[-1] == tool
    assert call.outcome == "plan_agreed"


def test_when_it_cannot_be_cancelled_a_person_is_found_at_once() -> None:
    call = arranged()
    call.bank.answers["void_arrangement"] = {"error": "unavailable"}
    spoken = keys(call.send(Heard("Cancel that please.")))
    assert "undo_unknown" in spoken
    assert call.outcome == "transferred"
