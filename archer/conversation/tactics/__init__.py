"""Behavioral tactics: what they are made of, the library that every organization gets, their words for a prompt."""

from archer.conversation.tactics.library import library
from archer.conversation.tactics.model import Archetype, Effect, Tactic, TacticConfig, Technique
from archer.conversation.tactics.prompt import instructions

__all__ = ["Archetype", "Effect", "Tactic", "TacticConfig", "Technique", "instructions", "library"]
