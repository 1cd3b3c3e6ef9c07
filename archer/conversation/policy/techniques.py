"""What a tactic's techniques do in the rule-based conversation: which question comes first, what is said beside it.

Each is a choice among lawful sentences and orders of offers. None of them asks again after a refusal, holds an option
back from a caller who asks for it, or touches what is read out and agreed to (G-04, G-05, G-14, G-18, I-21).
"""

import re

from archer.conversation.policy.lookups import decimal, option, plan_months, spoken_day
from archer.conversation.policy.talk import Talk
from archer.conversation.words import spoken

PAIR = "two"
"""The offer that names two ways; a bare yes takes neither."""
WAYS = {
    "full_payment": "pay the full balance",
    "partial_payment": "make a partial payment",
    "plan": "pay in instalments",
    "promise": "name a day by which you will pay",
    "extension": "get a later due date",
}
"""The kinds of options for the ear."""
_CHOICES = {
    "full_payment": "one payment for all of it",
    "partial_payment": "a payment of a part",
    "plan": "smaller payments over several months",
    "promise": "a day of your own",
    "extension": "more time until it is due",
}
"""The same as one of two to choose between."""
_MOST_LISTED = 3
_OPEN_QUESTIONS = {"menu_first": "ask_which", "decision": "ask_decision"}
_OPENS = frozenset({"open_first", "own_terms", "menu_first"})
"""Begin with the open question and not with an offer."""
_DETAILS = frozenset({"amount", "months", "promise_date", "new_due_date", "method"})
_FIRST = re.compile(r"\b(?:first|former)\b(?! of)|\bnumber one\b", re.I)
_SECOND = re.compile(r"\b(?:second|latter|other)\b(?! of)|\bnumber two\b", re.I)


def _has(talk: Talk, effect: str) -> bool:
    return effect in talk.tone.techniques


def opens(talk: Talk) -> bool:
    """The first question is the open one."""
    return bool(_OPENS & talk.tone.techniques)


def announce(talk: Talk) -> None:
    """Before the purpose is said."""
    if _has(talk, "announce"):
        talk.say("announce_order")


def before_first_question(talk: Talk) -> None:
    """After the balance, before the first offer or the open question."""
    if _has(talk, "menu_first"):
        talk.say("list_options", options=spoken.choices(_listed(talk)))
    if _has(talk, "own_terms"):
        talk.say("own_terms")
    if _has(talk, "your_choice"):
        talk.say("your_choice")
    if _has(talk, "together"):
        talk.say("set_up_together")
    if _has(talk, "one_step") and talk.state.offer == "full_payment":
        talk.say("one_step")


def _listed(talk: Talk) -> list[str]:
    kinds = [kind for kind in talk.tone.ladder if option(talk, kind) is not None]
    return [WAYS[kind] for kind in kinds[:_MOST_LISTED]]


def ask_openly(talk: Talk) -> None:
    """What would work, in the tactic's words."""
    key = next((key for effect, key in _OPEN_QUESTIONS.items() if _has(talk, effect)), None)
    if key is None:
        talk.ask("offer_open")
        return
    talk.ask(key)
    talk.state.said["offer_open"] = talk.state.said.get("offer_open", 0) + 1


def ask_pair(talk: Talk) -> None:
    """Which of the two that were offered together."""
    talk.ask("offer_two", options=spoken.choices([_CHOICES[kind] for kind in talk.state.offered[:2]]))


def chosen(talk: Talk, text: str) -> str | None:
    """The kind that "the first one" or "the second" takes, after two were offered; None for anything else."""
    if talk.state.offer != PAIR:
        return None
    first, second = bool(_FIRST.search(text)), bool(_SECOND.search(text))
    return None if first == second else talk.state.offered[0 if first else 1]


def before_plan(talk: Talk) -> None:
    """Beside the offer of a plan, once: how small a payment can be, by the tools."""
    lengths, each = plan_months(talk), (option(talk, "plan") or {}).get("monthly") or {}
    if not lengths or not _has(talk, "smallest_instalment") or talk.state.said.get("smallest_instalment"):
        return
    amount = decimal(each.get(str(lengths[-1])))
    if amount is not None:
        talk.say("smallest_instalment", amount=spoken.money(amount), months=spoken.cardinal(lengths[-1]))


def before_day(talk: Talk) -> None:
    """Beside the question by which day it will be paid, once: until when it can be, by the tools."""
    until = spoken_day(talk, (option(talk, "promise") or {}).get("until"))
    if until and _has(talk, "latest_day") and not talk.state.said.get("latest_day"):
        talk.say("latest_day", until=until)


def acknowledge(talk: Talk) -> None:
    """After a no, before the next question."""
    if _has(talk, "next_step_down"):
        talk.say("next_possibility")
    elif not _has(talk, "facts_only"):
        talk.say("understood")
    if _has(talk, "obstacle") and not talk.state.said.get("name_obstacle"):
        talk.say("name_obstacle")


def thank(talk: Talk) -> None:
    """A detail was settled."""
    if _has(talk, "thanks") and talk.state.step in _DETAILS:
        talk.say("detail_thanks")


def before_reading(talk: Talk) -> None:
    """Before something is read out to be confirmed, the first time."""
    prepared = talk.state.prepared
    if prepared is None:
        return
    if _has(talk, "recap") and not talk.state.said.get(f"recap_{prepared.kind}"):
        talk.say(f"recap_{prepared.kind}")
    if _has(talk, "next_step") and not talk.state.said.get("reads_next"):
        talk.say("reads_next")


def beside_hardship(talk: Talk) -> None:
    """A hardship was heard and noted."""
    if _has(talk, "necessities"):
        talk.say("necessities_first")
    if _has(talk, "no_hurry"):
        talk.say("no_hurry")
