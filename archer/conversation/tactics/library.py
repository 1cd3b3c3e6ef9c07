"""The tactics that every organization starts with, read from library/*.toml."""

import tomllib
from functools import cache
from importlib import resources

from archer.conversation.tactics.model import Tactic, TacticConfig


@cache
def library() -> tuple[Tactic, ...]:
    """All tactics of the library by name; raises pydantic.ValidationError or ValueError when the data is wrong."""
    found: dict[str, Tactic] = {}
    for file in resources.files(__package__).joinpath("library").iterdir():
        if not file.name.endswith(".toml"):
            continue
        content = tomllib.loads(file.read_text("utf-8"))
        for entry in content["tactic"]:
            name = entry.pop("name")
            if name in found:
                raise ValueError(f"the tactic {name!r} is in the library twice")
            config = TacticConfig.model_validate(entry)
            found[name] = Tactic(name=name, archetype=content["archetype"], config=config)
    return tuple(found[name] for name in sorted(found))
