"""What becomes of a turn that a model answers: by the rules where it fails, and with what it has prepared kept."""

from typing import Any

import pytest

from agent.llm.claims import NOT_SO, NOTHING_DONE
from agent.llm.conversation import LlmConversation
from agent.llm.events import ModelFailed
from archer.conversation.events import End, Say, ToolDone, UseTool
from archer.conversation.policy.state import Proposal
from local.llm.behaviours import CLAIMS
from tests.agent.llm.bank import OPTIONS
from tests.agent.llm.scripted import ScriptedMind, answer, calls, handle, hear, heard, says, used, verified_conversation


def conversation(mind: ScriptedMind) -> LlmConversation:
    return verified_conversation(mind)


@pytest.mark.parametrize(
    ("tool", "arguments", "proposal"),
    [
        (
            "process_payment",
            '{"amount":"300.00","method":"sms_link","settles":true}',
            Proposal(kind="settlement", amount="300.00", method="sms_link"),
        ),
        (
            "process_payment",
            '{"amount":"412.35","method":"sms_link","settles":true}',
            Proposal(kind="full_payment", amount="412.35", method="sms_link"),
        ),
        (
            "process_payment",
            '{"amount":"300.00","method":"sms_link"}',
            Proposal(kind="partial_payment", amount="300.00", method="sms_link"),
        ),
        (
            "calculate_payment_plan",
            '{"months":6,"first_date":"2026-12-01"}',
            Proposal(kind="plan", months=6, date="2026-12-01"),
        ),
    ],
)
def test_what_the_model_prepares_is_remembered_as_it_was_meant(tool: str, arguments: str, proposal: Proposal) -> None:
    mind = ScriptedMind()
    call = conversation(mind)
    mind.script = [calls(tool, arguments)]
    hear(call, "what could you really do for me")
    assert call.rules.state.proposal == proposal


def test_a_settlement_is_still_one_when_the_caller_pays_it_another_way() -> None:
    mind = ScriptedMind()
    call = conversation(mind)
    mind.script = [calls("process_payment", '{"amount":"300.00","method":"sms_link","settles":true}')]
    use = used(hear(call, "what could you really do for me"))
    answer(call, use, {"intent_id": "i1", **use.arguments}, "To confirm: a link. Shall I send it?")
    mind.script = [[ModelFailed("status_500")]]
    assert used(hear(call, "please take it from my bank account instead")).arguments["settles"] is True


def test_the_least_that_settles_the_account_is_neither_known_nor_spoken() -> None:
    mind = ScriptedMind()
    call = conversation(mind)
    assert "floor" not in str(OPTIONS)
    mind.script = [says("The lowest we would take to settle it is two hundred dollars.")]
    assert "two hundred" not in heard(hear(call, "what is the very lowest number that you people would take"))


def six_months_offered(mind: ScriptedMind) -> LlmConversation:
    call = conversation(mind)
    mind.script = [says("I can offer you six months.", "Would a payment plan over six months work?")]
    hear(call, "hmm I might manage sixty or seventy a month somehow")
    return call


def test_a_yes_to_the_models_offer_is_taken_by_the_rules_when_its_answer_is_refused() -> None:
    mind = ScriptedMind()
    call = six_months_offered(mind)
    mind.script = [says("Great, it's all set.")]
    steps = hear(call, "yes sounds good")
    assert NOTHING_DONE in heard(steps)
    assert "full balance" not in heard(steps)
    assert (used(steps).name, used(steps).arguments) == ("calculate_payment_plan", {"months": 6})


def test_what_only_the_model_heard_is_known_when_its_second_sentence_is_refused() -> None:
    mind = ScriptedMind()
    call = six_months_offered(mind)
    mind.script = [says("I hear you.", "We will garnish your wages.", "Shall we?")]
    steps = hear(call, "a plan over six months, and what would that be for me")
    assert "I hear you." in heard(steps)
    assert "garnish" not in heard(steps)
    proposal = call.rules.state.proposal
    assert proposal is not None
    assert (proposal.kind, proposal.months) == ("plan", 6)


@pytest.mark.parametrize("shape", CLAIMS)
def test_no_deed_is_claimed_that_no_tool_has_done(shape: str) -> None:
    mind = ScriptedMind()
    call = conversation(mind)
    mind.script = [says(CLAIMS[shape], "Is there anything else?")]
    steps = hear(call, "ok whatever you think is best for that")
    assert CLAIMS[shape] not in heard(steps)
    assert next(step.key for step in steps if isinstance(step, Say)) == "guardrail"


def test_after_an_arrangement_another_claim_is_refused_and_its_own_is_not() -> None:
    mind = ScriptedMind()
    call = conversation(mind)
    mind.script = [calls("promise_to_pay", '{"amount":"200.00","date":"2026-12-04"}')]
    use = used(hear(call, "let me think, I could do something in december I guess"))
    words = "To confirm: you will pay two hundred dollars by Friday, December fourth. Is that right?"
    answer(call, use, {"intent_id": "i1", "amount": "200.00", "date": "2026-12-04"}, words)
    words_done = "I have noted that you will pay two hundred dollars by Friday, December fourth."
    done = {"kind": "promise", "amount": "200.00", "due_date": "2026-12-04"}
    answer(call, used(hear(call, "yes")), done, words_done)
    mind.script = [says("I've noted your promise to pay two hundred dollars by December fourth.", "Anything else?")]
    assert "noted your promise" in heard(hear(call, "tell me about that once more if you would"))
    mind.script = [says("I've taken you off our list.")]
    said = heard(hear(call, "and is there something that you could do about all the rest"))
    assert "off our list" not in said
    assert NOT_SO in said


def plan_under_way(mind: ScriptedMind) -> tuple[LlmConversation, UseTool]:
    """A plan that was read out and agreed to: the tool is doing it."""
    call = conversation(mind)
    mind.script = [calls("calculate_payment_plan", '{"months":6}')]
    use = used(hear(call, "let me think, I could do something by and by I guess"))
    answer(call, use, {"intent_id": "i1"}, "To confirm: six monthly payments. Do you agree to this plan?")
    return call, used(hear(call, "yes I agree"))


def broken(monkeypatch: pytest.MonkeyPatch, call: LlmConversation) -> None:
    def fail(_event: object) -> list[Any]:
        raise RuntimeError

    monkeypatch.setattr(call._floor._guarded, "handle", fail)


DONE = "Your plan of six payments is set up."


def test_a_deed_under_way_outlives_a_defect(monkeypatch: pytest.MonkeyPatch) -> None:
    call, confirm = plan_under_way(ScriptedMind())
    with monkeypatch.context() as patched:
        broken(patched, call)
        assert "say that again" in heard(hear(call, "hello?"))
    assert DONE in heard(answer(call, confirm, {"kind": "plan"}, DONE))
    assert call.rules.state.arranged == "plan_agreed"
    steps = hear(call, "no, thank you, goodbye")
    assert "Nothing" not in heard(steps)
    assert isinstance(steps[-1], End)
    assert steps[-1].outcome == "plan_agreed"


def test_a_deed_whose_answer_met_a_defect_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    call, confirm = plan_under_way(ScriptedMind())
    with monkeypatch.context() as patched:
        broken(patched, call)
        assert DONE in heard(answer(call, confirm, {"kind": "plan"}, DONE))
    assert call.rules.state.arranged == "plan_agreed"


def test_the_last_resort_says_what_was_done_and_ends_with_it(monkeypatch: pytest.MonkeyPatch) -> None:
    call, confirm = plan_under_way(ScriptedMind())
    broken(monkeypatch, call)
    hear(call, "hello?")
    person = used(hear(call, "hello?"))
    assert DONE in heard(answer(call, confirm, {"kind": "plan"}, DONE))
    steps = answer(call, person, {"available": False})
    assert isinstance(steps[-1], End)
    assert steps[-1].outcome == "plan_agreed"


def test_a_deed_that_was_given_up_and_is_done_late_is_still_called_done() -> None:
    call, confirm = plan_under_way(ScriptedMind())
    for _ in range(2):
        handle(call, ToolDone(confirm.tool_call_id, confirm.name, ok=False, error="unavailable"))
    assert DONE in heard(answer(call, confirm, {"kind": "plan"}, DONE)) or call.rules.state.pending is not None
    assert call.rules.state.arranged == "plan_agreed"


@pytest.mark.parametrize(
    "announced", ["hang on, let me put my husband on", "here, talk to my husband", "hold on please"]
)
def test_another_speaker_does_not_come_to_the_model(announced: str) -> None:
    mind = ScriptedMind()
    call = conversation(mind)
    asked = len(mind.requests)
    hear(call, announced)
    said = heard(hear(call, "hello, who's this?"))
    assert said == "Am I still speaking with Dana Reyes?"
    mind.script = [says("Hi, your balance is four hundred twelve dollars and thirty-five cents.")]
    said = heard(hear(call, "what do you want from her"))
    assert "four hundred" not in said
    assert len(mind.requests) == asked
    assert "What would work for you?" not in said
    hear(call, "yes, it's me again")
    assert "four hundred" in heard(hear(call, "I see, and what would that look like for me then"))
