"""Picks up and never says a word: the agent must end the call by itself."""

from local.callers import cues
from local.callers.persona import Expect, Persona, Rule

PERSONA = Persona(
    name="silent",
    description="Picks up and says nothing.",
    rules=(Rule(cues.ANYTHING, silent=True),),
    fallback="",
    patience_seconds=240,
    expect=Expect(disposition="hung_up", verified=False, no_arrangement=True, sms=0),
)
