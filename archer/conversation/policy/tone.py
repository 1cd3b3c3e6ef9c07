"""How a tactic changes the rule-based conversation: the voice, the first offer, how often it asks again.

A tactic never adds a sentence, only chooses among lawful ones (rules G-04, G-05, G-14, G-18 hold for every wording).
The four dials are 1–10; 5 where the tactic says nothing. What its named techniques do stands in `techniques.py`.
"""

from dataclasses import dataclass
from typing import Any

from archer.conversation.words.sentence import Voice

_DIALS = {
    "urgency": ("urgency", "urgency_level"),
    "empathy": ("empathy", "empathy_index"),
    "persistence": ("persistence", "persistence_level"),
    "authority": ("authority", "authority_level"),
}
_LADDERS: dict[str, tuple[str, ...]] = {
    "anchor": ("full_payment", "partial_payment", "plan", "promise", "extension"),
    "balanced": ("full_payment", "plan", "partial_payment", "promise", "extension"),
    "gradual": ("plan", "extension", "promise", "partial_payment", "full_payment"),
}


@dataclass(frozen=True)
class Tone:
    """The dials and techniques of one call."""

    urgency: int = 5
    empathy: int = 5
    persistence: int = 5
    authority: int = 5
    techniques: frozenset[str] = frozenset()
    """The effects of the named techniques (`tactics.model.Effect`)."""

    @property
    def voice(self) -> Voice:
        """Which wording of a sentence is spoken."""
        if self.empathy >= 7 and self.empathy >= self.authority:
            return "warm"
        return "firm" if max(self.authority, self.urgency) >= 7 else "plain"

    @property
    def ladder(self) -> tuple[str, ...]:
        """The kinds of options in the order in which they are offered."""
        if self.voice == "warm" or "relief_first" in self.techniques:
            return _LADDERS["gradual"]
        return _LADDERS["anchor" if self.urgency + self.authority >= 13 else "balanced"]

    @property
    def offers(self) -> int:
        """How many options are offered one by one before the agent asks what would work."""
        return 1 if "one_no" in self.techniques else 1 + (self.persistence + 1) // 3

    @property
    def counter_offers(self) -> int:
        """How many amounts that the bank does not accept are answered with another one."""
        return 1 + self.persistence // 4

    @property
    def asks_after_refusal(self) -> int:
        """How often another way is offered to someone who says that he will not pay, before it is left at that."""
        return 2 if self.persistence >= 8 else 1

    @property
    def patience(self) -> float:
        """The frustration, 0 to 1, from which on a person is offered: one angry turn, or about two."""
        return 0.4 if self.empathy >= 7 else 0.75


def tone(tactic: dict[str, Any] | None) -> Tone:
    """The tone of a tactic as the session carries it: the dials at its top or under `config`; odd values count as 5."""
    if not tactic:
        return Tone()
    inner = tactic.get("config")
    sources = [inner, tactic] if isinstance(inner, dict) else [tactic]
    dials = {dial: _dial(sources, names) for dial, names in _DIALS.items()}
    return Tone(**dials, techniques=frozenset(effect for source in sources for effect in _effects(source)))


def _effects(source: dict[str, Any]) -> list[str]:
    named = source.get("techniques")
    found = [one.get("effect") for one in named if isinstance(one, dict)] if isinstance(named, list | tuple) else []
    return [effect for effect in found if isinstance(effect, str)]


def _dial(sources: list[dict[str, Any]], names: tuple[str, ...]) -> int:
    for source in sources:
        for name in names:
            value = source.get(name)
            if isinstance(value, int | float) and not isinstance(value, bool):
                return max(1, min(10, round(value)))
    return 5
