"""The seam to language understanding: what a conversation needs of it, and the trained one that ships with Archer.

Labels, slot kinds and values are those of the understanding contract. The trained understanding loads its model at
the first use, so that importing a conversation costs nothing.
"""

from typing import Any, Protocol


class Classified(Protocol):
    """What a turn meant: a label of the contract and how sure that is, 0 to 1."""

    @property
    def label(self) -> str: ...
    @property
    def confidence(self) -> float: ...


class Understanding(Protocol):
    """Turns text into intents and slots; pure, so that a conversation can be replayed."""

    def classify(self, text: str, agent_said: str | None) -> Classified:
        """The primary intent of one turn, given what the agent said before it."""
        ...

    def extract(self, kind: str, text: str, context: dict[str, Any]) -> Any:
        """The value of one slot, None when the text holds no complete one."""
        ...


class TrainedUnderstanding:
    """The intents and slots of this package."""

    def classify(self, text: str, agent_said: str | None) -> Classified:
        """See Understanding."""
        from archer.conversation.intents import classify

        return classify(text, agent_said)

    def extract(self, kind: str, text: str, context: dict[str, Any]) -> Any:
        """See Understanding."""
        from archer.conversation.slots import extract

        return extract(kind, text, context)


TRAINED = TrainedUnderstanding()
