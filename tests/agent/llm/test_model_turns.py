"""What becomes of a turn that a model answers: by the rules where it fails, and with what it has prepared kept."""

import pytest

from agent.llm.conversation import LlmConversation
from agent.llm.events import ModelFailed
from archer.conversation.policy.state import Proposal
from tests.agent.llm.bank import OPTIONS
from tests.agent.llm.scripted import ScriptedMind, answer, calls, hear, heard, says, used, verified_conversation


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
