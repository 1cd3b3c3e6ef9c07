"""Scripted callers: the people at the other end of a call on one machine, one file each.

A persona is a customer to seed, rules for what to say when the agent says what, and what the call should come to.
`find(name)` gives one; `every()` lists them. The module `engine` plays a persona, `cues` holds the wording that rules
listen for.
"""

import importlib
import pkgutil

from local.callers.persona import Arrangement, Customer, Expect, Persona, Rule

__all__ = ["Arrangement", "Customer", "Expect", "Persona", "Rule", "every", "find"]


def every() -> dict[str, Persona]:
    """All personas by name, in alphabetical order."""
    from local.callers import people

    found = (
        importlib.import_module(f"{people.__name__}.{module.name}").PERSONA
        for module in pkgutil.iter_modules(people.__path__)
    )
    return {persona.name: persona for persona in sorted(found, key=lambda persona: str(persona.name))}


def find(name: str) -> Persona:
    """The persona of that name. Raises ValueError that names the known ones."""
    personas = every()
    if name not in personas:
        raise ValueError(f"no caller is named {name!r}; known are {', '.join(personas)}")
    return personas[name]
