"""An understanding that does not think twice about the same words: rules and model both ask for their meaning."""

from typing import Any

from archer.conversation.understanding import Classified, Understanding


class Remembering:
    """Remembers the last classification. Slots are cheap and depend on more than the words: they are not kept."""

    def __init__(self, understanding: Understanding) -> None:
        self._understanding = understanding
        self._last: tuple[str, str | None] | None = None
        self._classified: Classified | None = None

    def classify(self, text: str, agent_said: str | None) -> Classified:
        """See Understanding."""
        if self._classified is None or self._last != (text, agent_said):
            self._classified = self._understanding.classify(text, agent_said)
            self._last = (text, agent_said)
        return self._classified

    def extract(self, kind: str, text: str, context: dict[str, Any]) -> Any:
        """See Understanding."""
        return self._understanding.extract(kind, text, context)
