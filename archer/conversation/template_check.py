"""May this prompt template be stored? Its syntax, its names, and what it may not do, each with the line.

Templates are written by people of an organization and rendered while a call is opened. They may fill in variables and
choose by them; loops, assignments, arithmetic, calls and includes are refused: every variable is a short text, so that
they have no use, and a template that takes a gigabyte or a minute would take every call of the process with it.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from archer.conversation import prompts
from archer.conversation.tactics.preview import example_session

if TYPE_CHECKING:
    from jinja2 import Environment
    from jinja2.nodes import Node

LONGEST_TEMPLATE = 20_000
"""Characters."""
FILTERS = frozenset({"default", "d", "upper", "lower", "title", "capitalize", "trim", "length", "first", "last"})
TESTS = frozenset({"defined", "undefined", "none", "eq", "ne", "in", "string"})
_NODES = frozenset(
    {"Template", "Output", "TemplateData", "Name", "Const", "If", "CondExpr", "Compare", "Operand", "And", "Or"}
    | {"Not", "Filter", "Test", "Keyword", "Concat", "Tuple", "List"}
)
_WORDS = {
    "For": "a loop",
    "Call": "a call",
    "Macro": "a macro",
    "Include": "an include",
    "Getattr": "an attribute",
    "Assign": "an assignment",
}


@dataclass
class TemplateRefused(ValueError):
    """A template that may not be stored. `line` counts from 1; None when it is about the whole."""

    reason: str
    line: int | None = None

    def __str__(self) -> str:
        return self.reason if self.line is None else f"line {self.line}: {self.reason}"


def example_variables() -> dict[str, str]:
    """What templates may use, with the values of the example customer."""
    return prompts.variables(example_session())


def check(template: str) -> str:
    """The template rendered for the example customer; raises TemplateRefused with the line and what to change."""
    from jinja2 import TemplateSyntaxError

    if len(template) > LONGEST_TEMPLATE:
        raise TemplateRefused(f"the template has {len(template)} characters, at most {LONGEST_TEMPLATE} are allowed")
    if "\x00" in template:
        raise TemplateRefused("the template holds a null character", template[: template.index("\x00")].count("\n") + 1)
    try:
        tree = _environment().parse(template)
        problems = sorted(_problems(tree), key=lambda problem: problem.line or 0)
    except TemplateSyntaxError as error:
        raise TemplateRefused(error.message or "this is no valid template", error.lineno) from error
    except RecursionError as error:
        raise TemplateRefused("the template is nested too deeply") from error
    if problems:
        raise problems[0]
    try:
        return prompts.render(template, example_variables())
    except prompts.PromptError as error:
        raise TemplateRefused(str(error)) from error


@cache
def _environment() -> "Environment":
    from jinja2.sandbox import ImmutableSandboxedEnvironment

    return ImmutableSandboxedEnvironment()


def _problems(tree: "Node") -> Iterator[TemplateRefused]:
    from jinja2 import nodes

    known = set(example_variables())
    for node in tree.find_all(nodes.Node):
        kind = type(node).__name__
        if isinstance(node, nodes.Name) and node.name not in known:
            yield TemplateRefused(
                f"there is no variable {node.name!r}; there are {', '.join(sorted(known))}", node.lineno
            )
        elif isinstance(node, nodes.Filter) and node.name not in FILTERS:
            yield TemplateRefused(f"the filter {node.name!r} is not allowed", node.lineno)
        elif isinstance(node, nodes.Test) and node.name not in TESTS:
            yield TemplateRefused(f"the test {node.name!r} is not allowed", node.lineno)
        elif kind not in _NODES:
            yield TemplateRefused(f"{_WORDS.get(kind, kind.lower())} is not allowed in a prompt", node.lineno)
