"""Callers in their own words, understood by the real understanding: each reaches the outcome that he is after."""

import pytest

from archer.conversation.events import Heard, Say
from archer.conversation.understanding import TRAINED
from tests.archer.conversation.policy.policy_people import PEOPLE, USUAL, Caller
from tests.archer.conversation.policy.policy_people_more import MORE_PEOPLE
from tests.archer.conversation.policy.policy_script import Bank, Call


@pytest.mark.parametrize("caller", [*PEOPLE, *MORE_PEOPLE], ids=lambda caller: caller.name)
def test_caller(caller: Caller) -> None:
    call = Call(bank=Bank(dict(caller.bank)), understanding=TRAINED).start()  # type: ignore[arg-type]
    says = {question: list(words) for question, words in {**USUAL, **caller.says}.items()}
    story: list[str] = []
    for _ in range(25):
        if call.outcome is not None:
            break
        asked = [a for a in call.actions if isinstance(a, Say)][-1]
        words = says.get(asked.key, ["Sorry, what do you mean?"])
        answer = words.pop(0) if len(words) > 1 else words[0]
        story += [f"A {asked.key}: {asked.text}", f"C {answer}"]
        call.send(Heard(answer))
    told = "\n".join(story)
    assert call.outcome == caller.outcome, told
    for used in caller.used:
        assert used in call.bank.used, f"{call.bank.used}\n{told}"
    for name in caller.not_used:
        assert name not in call.tools, told
