"""Keys: nine opts out at any moment (I-03), zero is a person, digits answer where digits are asked for.

A nine may also begin a postal code. Where digits are asked for, a first nine therefore waits for what comes next:
another digit makes it a code, anything else (silence, a word) makes it the opt-out.
"""

from collections.abc import Callable

from archer.conversation.policy.opening import keyed_factor
from archer.conversation.policy.people import to_person
from archer.conversation.policy.rights import opt_out_key
from archer.conversation.policy.steps import reask
from archer.conversation.policy.talk import Talk

_COLLECTING = frozenset({"verify", "amount", "months"})


def pressed(talk: Talk, key: str, hear: Callable[[str], None]) -> None:
    """One key. `hear` takes what was keyed in as if it had been said."""
    if talk.state.step in _COLLECTING:
        _collect(talk, key, hear)
    elif key == "9":
        opt_out_key(talk)
    elif key == "0" and talk.state.step != "ended":
        to_person(talk, "requested")
    elif talk.state.step == "ended":
        talk.say("goodbye_again")
        talk.end(talk.state.outcome, "key after the end")
    elif key in "*#":
        reask(talk)
    else:
        talk.say("keypad_hint")
        reask(talk)


def settle(talk: Talk) -> bool:
    """The caller stopped keying: a lone nine is the opt-out, a torso is asked for again. False when no key waited."""
    keys, talk.state.keys = talk.state.keys, ""
    if keys == "9":
        opt_out_key(talk)
    elif keys:
        talk.say("pardon")
        reask(talk)
    return bool(keys)


def _collect(talk: Talk, key: str, hear: Callable[[str], None]) -> None:
    state = talk.state
    if key == "#":
        _finish(talk, hear)
    elif key == "*" and state.step == "amount" and "." not in state.keys:
        state.keys += "."
    elif key == "*":
        state.keys = ""
        reask(talk)
    else:
        state.keys += key
        if state.step == "verify" and _complete(talk):
            keys, state.keys = state.keys, ""
            keyed_factor(talk, keys)


def _complete(talk: Talk) -> bool:
    if talk.state.last_four is None:
        return len(talk.state.keys) == 4
    return talk.session.customer_country == "US" and len(talk.state.keys) == 5


def _finish(talk: Talk, hear: Callable[[str], None]) -> None:
    keys = talk.state.keys
    if talk.state.step == "verify" or keys in ("9", ""):
        if not settle(talk):
            reask(talk)
        return
    talk.state.keys = ""
    hear(f"{keys} dollars" if talk.state.step == "amount" else f"{keys} months")
