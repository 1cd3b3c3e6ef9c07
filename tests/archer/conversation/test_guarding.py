"""What a guardrail knows of a call outlives the process that learnt it."""

import uuid
from datetime import UTC, datetime

from archer.conversation.guarding import GuardedRules
from archer.protocol import Session, SessionState


def _session() -> Session:
    return Session(
        call_id=uuid.uuid4(),
        epoch=1,
        session_token="t",
        direction="outbound",
        business_name="Maple Bank",
        agent_name="Archer",
        callback_number="+18005550100",
        customer_name="Sam Smith",
        customer_timezone="America/New_York",
        customer_country="US",
        language="en",
        collector_mode="first_party",
        first_communication=True,
        in_validation_period=False,
        now=datetime(2026, 11, 16, 17, tzinfo=UTC),
        agent_profile="collections",
        tools=[],
        state=SessionState(verified=True),
    )


def test_an_amount_that_a_tool_named_may_be_named_after_a_restart() -> None:
    sentence = "That would be eighty-two dollars and forty-seven cents a month."
    before, after = GuardedRules(_session()), GuardedRules(_session())
    assert after.guard.look(sentence, after.rules.state, after.rules.order) is not None
    before.guard.learn({"schedule": [{"amount": "82.47"}]})
    after = GuardedRules(_session())
    after.guard.restore(before.guard.snapshot())
    assert after.guard.look(sentence, after.rules.state, after.rules.order) is None


def test_the_count_of_refused_sentences_goes_on_after_a_restart() -> None:
    before, after = GuardedRules(_session()), GuardedRules(_session())
    for _ in range(2):
        refused = before.guard.refuse("Anything.", "I-17", "anything", "Let me put that differently.")
        assert not refused.hand_over
    after.guard.restore(before.guard.snapshot())
    assert after.guard.refuse("Anything.", "I-17", "anything", "Let me put that differently.").hand_over
