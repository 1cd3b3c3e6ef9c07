"""Callers written down as data: a TOML file holds any number of them, told by what they answer to which question.

    [[caller]]
    name = "splits_it"
    about = "Wants to pay in six parts."
    says.offer = ["Could I break that up?", "Over half a year."]
    says.months = "Six, please."
    rules = [{when = "balance", say = "That much?", times = 1}]
    customer = {balance = "600.00"}
    expect = {disposition = "plan_agreed", verified = true, arrangement = {kind = "plan", installments = 6}}

The names under `says` are those of `cues.QUESTIONS`; of several sentences the first answers the first time, the last
all further times. A question without an answer is answered as `cues.USUAL` says, or not understood; an empty sentence
is silence. `rules` come before all answers. A caller with a `brief` needs no answers: a model plays him.
"""

import tomllib
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, ValidationError

from local.callers import cues
from local.callers.persona import Customer, Expect, Persona, Rule


def _several(value: Any) -> Any:
    return [value] if isinstance(value, str) else value


Sentences = Annotated[tuple[str, ...], BeforeValidator(_several)]


class ScriptError(ValueError):
    """A file of callers that cannot be used; the message says where and why."""


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid")


class _Rule(_Part):
    when: str
    say: Sentences = ()
    press: str = ""
    hang_up: bool = False
    silent: bool = False
    interrupt: bool = False
    times: int | None = None
    group: str = ""


class _Script(_Part):
    name: str
    about: str
    says: dict[str, Sentences] = {}
    rules: tuple[_Rule, ...] = ()
    customer: dict[str, Any] = {}
    expect: Expect
    answers: Literal["human", "machine", "no_answer", "busy", "failed"] = "human"
    greeting: str = ""
    fallback: str = "Sorry, could you say that again?"
    think_seconds: float = 0.6
    patience_seconds: float = 45.0
    texts_back: str = ""
    brief: str = ""


class _File(_Part):
    caller: tuple[_Script, ...]


def read(path: Path) -> list[Persona]:
    """The callers of one file. Raises ScriptError when a name is unknown or something needed is missing."""
    try:
        scripts = _File.model_validate(tomllib.loads(path.read_text())).caller
        return [_persona(script) for script in scripts]
    except (tomllib.TOMLDecodeError, ValidationError, KeyError, TypeError, ValueError) as error:
        raise ScriptError(f"{path.name}: {error}") from error


def _persona(script: _Script) -> Persona:
    unknown = script.says.keys() - cues.QUESTIONS.keys()
    if unknown:
        raise ScriptError(f"{script.name}: no question is named {', '.join(sorted(unknown))}")
    return Persona(
        name=script.name,
        description=script.about,
        rules=(*(Rule(**rule.model_dump()) for rule in script.rules), *_answers(script.says)),
        expect=script.expect,
        customer=Customer(**script.customer),
        answers=script.answers,
        greeting=script.greeting,
        fallback=script.fallback,
        think_seconds=script.think_seconds,
        patience_seconds=script.patience_seconds,
        texts_back=script.texts_back,
        brief=script.brief,
    )


def _answers(says: dict[str, tuple[str, ...]]) -> list[Rule]:
    """One rule for each question that has an answer, in the order of the questions; a farewell needs none."""
    rules = []
    for question, pattern in cues.QUESTIONS.items():
        sentences = says.get(question, cues.USUAL.get(question))
        if sentences is not None:
            silent = sentences == ("",)
            rules.append(Rule(pattern, say=() if silent else sentences, silent=silent))
    return [*rules, cues.FAREWELL]
