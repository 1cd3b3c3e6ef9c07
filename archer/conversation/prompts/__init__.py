"""System prompts of the language model: templates are data, rendered in a sandbox, checked before they are used.

A template may be edited by people of an organization: it sees plain values only (`variables`), cannot reach into
objects, and what it does not know is an error instead of a gap. The rules of a call are not in here: they are enforced
by code whatever a prompt says.
"""

from collections.abc import Mapping
from functools import lru_cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from archer.conversation.words import spoken
from archer.protocol import Session

if TYPE_CHECKING:
    from jinja2 import Template

LONGEST = 20_000
"""Characters of a rendered prompt."""


class PromptError(ValueError):
    """A template that cannot be used; the message says why, for whoever wrote it."""


@lru_cache(maxsize=64)
def _compiled(template: str) -> "Template":
    from jinja2 import StrictUndefined
    from jinja2.sandbox import ImmutableSandboxedEnvironment

    environment = ImmutableSandboxedEnvironment(
        undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True, autoescape=False
    )
    return environment.from_string(template)


def render(template: str, variables: Mapping[str, Any]) -> str:
    """The prompt. Raises PromptError for bad syntax, an unknown name, a forbidden reach, or a prompt too long."""
    from jinja2 import TemplateError

    try:
        text = _compiled(template).render(dict(variables)).strip()
    except TemplateError as error:
        raise PromptError(f"the prompt template cannot be rendered: {error}") from error
    except (TypeError, ValueError, ArithmeticError, RecursionError, MemoryError) as error:
        raise PromptError(f"the prompt template cannot be rendered: {type(error).__name__}") from error
    if not text:
        raise PromptError("the prompt template renders to nothing")
    if len(text) > LONGEST:
        raise PromptError(f"the prompt has {len(text)} characters, at most {LONGEST} are allowed")
    return text


@lru_cache
def default_template(agent_profile: str) -> str:
    """The template that ships with Archer for this profile, that of collections where there is none of its own."""
    folder = files(__name__)
    own = folder / f"{agent_profile}.md.jinja"
    chosen = own if agent_profile.isidentifier() and own.is_file() else folder / "collections.md.jinja"
    return chosen.read_text(encoding="utf-8")


def variables(session: Session) -> dict[str, str]:
    """What templates may use. Nothing about the account: that is told to the model once the caller is verified."""
    first_name = session.customer_name.split()[0] if session.customer_name.strip() else ""
    today = session.now.astimezone(ZoneInfo(session.customer_timezone)).date()
    return {
        "business_name": session.business_name,
        "agent_name": session.agent_name,
        "customer_first_name": first_name,
        "customer_country": session.customer_country,
        "callback_number": spoken.phone(session.callback_number),
        "direction": session.direction,
        "collector_mode": session.collector_mode,
        "language": session.language,
        "today": f"{spoken.date(today)} ({today.isoformat()})",
    }


def for_session(template: str | None, session: Session) -> str:
    """The rendered prompt of a session; the default one without a template. Raises PromptError."""
    return render(template or default_template(session.agent_profile), variables(session))
