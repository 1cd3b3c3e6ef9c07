"""How frustrated a caller is, scored over the turns of a call, 0 (calm) to 1; from `Tone.patience` on a person helps.

Pure: the score follows from what was said and meant alone, so that a call can be replayed. A turn adds what it shows
(anger, swearing, "I already told you", the same complaint again); a turn that shows nothing lets the score fade, assent
and thanks let it fade faster.
"""

import re

from archer.conversation.intents.text import word_class, words
from archer.conversation.policy.hearing import Hearing
from archer.conversation.policy.state import State
from archer.conversation.policy.talk import Talk

FADES = 0.8
"""What is left of the score after a turn that shows nothing."""
_SHOWN = {
    "frustrated": 0.4,
    "cease_contact": 0.3,
    "refuse_to_pay": 0.15,
    "request_human": 0.15,
    "scam_suspicion": 0.1,
}
_CALMS = {"thanks": 0.5, "affirm": 0.8, "identity_confirmed": 0.9, "pay_now": 0.7, "goodbye": 0.8}
_AGAIN = re.compile(
    r"\b(?:i (?:already|just) (?:told|said|answered|gave)|i told you|how many times|for the (?:last|third|tenth) time|"
    r"(?:you )?keep (?:asking|saying|calling)|same (?:thing|question)|not listening|over and over|like i said)\b"
)
_ASKS_AHEAD = re.compile(
    r"\b(?:will|would|are|do) (?:you|they|yall|y'all|somebody)(?: \w+){0,3}? keep (?:on )?calling\b"
)
"""A plain question what will be, and no complaint of what was."""
_SWEARING, _TOLD_AGAIN, _LOUD, _SAME_AGAIN = 0.25, 0.2, 0.1, 0.1
_LOUD_LETTERS = 8


def felt(state: State, hearing: Hearing) -> float:
    """The score with one turn more, two decimals."""
    return _with(state, hearing, _shown(hearing))


def _with(state: State, hearing: Hearing, shown: float) -> float:
    if not shown:
        return round(state.frustration * FADES * _CALMS.get(hearing.intent, 1.0), 2)
    again = _SAME_AGAIN if hearing.intent == state.complaint else 0.0
    return round(min(state.frustration + shown + again, 1.0), 2)


def feel(talk: Talk, hearing: Hearing) -> None:
    """Take a turn that invokes no right into the score; a rise is noted. Who mourns is condoled with."""
    if hearing.mood == "bereaved" and not talk.state.said.get("condolence"):
        talk.say("condolence")
    if hearing.right:
        return
    before, shown = talk.state.frustration, _shown(hearing)
    talk.state.frustration = _with(talk.state, hearing, shown)
    talk.state.complaint = hearing.intent if shown else ""
    if talk.state.frustration > before:
        talk.note("frustration", level=talk.state.frustration)


def worn_out(talk: Talk) -> bool:
    """This turn has shown so much that a person is to be offered."""
    return bool(talk.state.complaint) and talk.state.frustration >= talk.tone.patience


def _shown(hearing: Hearing) -> float:
    """What the turn shows by itself."""
    found = words(hearing.text)
    said = " ".join(found)
    plain = _ASKS_AHEAD.sub(" ", said)
    shown = _SHOWN.get(hearing.intent, 0.0) if plain == said else 0.0
    shown += _SWEARING * any(word_class(word) == "SWEAR" for word in found)
    shown += _TOLD_AGAIN * bool(_AGAIN.search(plain))
    return shown + _LOUD * _loud(hearing.text)


def _loud(text: str) -> bool:
    """Exclamation marks in a row, or whole words in capitals where recognition kept them."""
    letters = list(filter(str.isalpha, text))
    shouted = len(letters) >= _LOUD_LETTERS and sum(map(str.isupper, letters)) > 0.8 * len(letters)
    return shouted or "!!" in text
