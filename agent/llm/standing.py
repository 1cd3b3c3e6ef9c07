"""On which rung of the ladder a call stands, and the notes that tell of each step down and up (`degradation_level`)."""

from archer.conversation.events import Note

FULL, SMALL, RULES, PERSON = range(4)
"""The full model, a small one, the rules, a person or a callback."""


class Standing:
    """One call. `best` is the best rung that may be used; an operator may set it while the call is on."""

    def __init__(self, best: int) -> None:
        self.best = best
        self.level = best
        """The rung that the caller's last turn was answered from."""

    def began(self, reason: str) -> list[Note]:
        """The call begins: below the top there is something to tell."""
        return [self._degraded(reason)] if self.level > FULL else []

    def at(self, level: int, reason: str) -> list[Note]:
        """A turn is answered from this rung."""
        if level == self.level:
            return []
        worse, self.level = level > self.level, level
        return [self._degraded(reason)] if worse else [Note("recovered", {"level": level})]

    def _degraded(self, reason: str) -> Note:
        return Note("degraded", {"level": self.level, "reason": reason})
