"""Scripted callers: the people at the other end of a call on one machine.

A persona is a customer to seed, rules for what to say when the agent says what, and what the call should come to.
They live in `people/`, as a module each or many in a TOML file (`scripts`); `variations/` holds the same situations
in further words, for evaluation only; `plays/` holds those whom a language model plays, which needs a key. `find(name)`
gives one; `every()` lists the people, `variations()` and `plays()` the others. The module `engine` plays a persona,
`played` has a model play it, `cues` holds the wording that rules listen for.
"""

import importlib
import pkgutil
from functools import cache
from pathlib import Path

from local.callers.persona import Arrangement, Customer, Expect, Persona, Rule
from local.callers.vary import vary

__all__ = ["Arrangement", "Customer", "Expect", "Persona", "Rule", "every", "find", "plays", "variations", "vary"]

_VARIATIONS, _PLAYS = Path(__file__).parent / "variations", Path(__file__).parent / "plays"


@cache
def every() -> dict[str, Persona]:
    """All people by name, in alphabetical order."""
    from local.callers import people, scripts

    found = [
        importlib.import_module(f"{people.__name__}.{module.name}").PERSONA
        for module in pkgutil.iter_modules(people.__path__)
    ]
    for directory in people.__path__:
        found += [persona for path in sorted(Path(directory).glob("*.toml")) for persona in scripts.read(path)]
    return _by_name(found)


@cache
def variations() -> dict[str, dict[str, Persona]]:
    """The sets of variations by name of their file, each by caller's name."""
    from local.callers import scripts

    return {path.stem: _by_name(scripts.read(path)) for path in sorted(_VARIATIONS.glob("*.toml"))}


@cache
def plays() -> dict[str, Persona]:
    """The callers whom a model plays, by name."""
    from local.callers import scripts

    return _by_name([persona for path in sorted(_PLAYS.glob("*.toml")) for persona in scripts.read(path)])


def find(name: str) -> Persona:
    """The person, the variation or the played caller of that name; `NAME~3` is the third variant (`vary`).

    Raises ValueError that names the known people.
    """
    plain, _, seed = name.partition("~")
    for personas in (every(), *variations().values(), plays()):
        if plain in personas and (not seed or seed.isdecimal()):
            return vary(personas[plain], int(seed or 0))
    raise ValueError(f"no caller is named {name!r}; known are {', '.join(every())}")


def _by_name(personas: list[Persona]) -> dict[str, Persona]:
    found = {persona.name: persona for persona in sorted(personas, key=lambda persona: persona.name)}
    if len(found) != len(personas):
        names = [persona.name for persona in personas]
        raise ValueError(f"callers of the same name: {sorted({name for name in names if names.count(name) > 1})}")
    return found
