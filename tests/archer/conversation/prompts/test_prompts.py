"""Prompt templates: rendered in a sandbox, strict about names, and silent about the account."""

from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import pytest

from archer.conversation.prompts import LONGEST, PromptError, default_template, for_session, render, variables
from archer.protocol import Session, SessionState


def session(**fields: Any) -> Session:
    usual: dict[str, Any] = {
        "call_id": uuid4(),
        "epoch": 1,
        "session_token": "secret-token",
        "direction": "outbound",
        "business_name": "Maple Bank",
        "agent_name": "Archer",
        "callback_number": "+18005550100",
        "customer_name": "Dana Reyes",
        "customer_timezone": "America/New_York",
        "customer_country": "US",
        "language": "en",
        "collector_mode": "first_party",
        "first_communication": True,
        "in_validation_period": False,
        "now": datetime(2026, 11, 24, 3, 0, tzinfo=UTC),
        "agent_profile": "collections",
        "tools": [],
        "state": SessionState(),
    }
    return Session(**usual | fields)


def test_default_prompt_names_the_bank_and_the_customers_day() -> None:
    text = for_session(None, session())
    assert "Maple Bank" in text
    assert "Dana" in text
    assert "2026-11-23" in text, "it is still the day before in New York"
    assert "secret-token" not in text
    assert "{{" not in text


def test_profile_without_a_template_of_its_own_gets_the_usual_one() -> None:
    assert default_template("account_management") == default_template("collections")
    assert default_template("../../secrets") == default_template("collections")


def test_stored_template_is_rendered() -> None:
    assert for_session("Speak for {{ business_name }}.", session()) == "Speak for Maple Bank."


@pytest.mark.parametrize(
    "template",
    [
        "{{ balance }}",
        "{% if %}",
        "{{ business_name.__class__.__mro__ }}",
        "{{ ''.__class__.__base__.__subclasses__() }}",
        "{{ cycler.__init__.__globals__ }}",
        "{% include '/etc/passwd' %}",
        "{{ 1 / 0 }}",
        "{{ range(999999999) | list }}",
        "   ",
        "{{ 'x' * 30000 }}",
    ],
)
def test_unusable_template_is_refused_with_a_reason(template: str) -> None:
    with pytest.raises(PromptError):
        for_session(template, session())


def test_variables_hold_plain_text_and_nothing_of_the_account() -> None:
    found = variables(session())
    assert all(isinstance(value, str) for value in found.values())
    assert not {"balance", "customer_name", "account", "phone_number"} & set(found)


def test_length_is_bounded() -> None:
    assert len(render("{{ text }}", {"text": "x" * LONGEST})) == LONGEST
