"""The scorecard as one page that needs nothing else: totals, what differs between ways of calling, every call."""

from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from local.evaluation.score import Card

_TEMPLATES = Environment(
    loader=FileSystemLoader(Path(__file__).parent), autoescape=True, undefined=StrictUndefined, trim_blocks=True
)


def page(card: Card) -> str:
    """The HTML."""
    ordered = sorted(card.scores, key=lambda score: (score.right and not score.findings, score.group, score.key))
    return _TEMPLATES.get_template("scorecard.html.jinja").render(
        card=card,
        total=card.total,
        cells=card.by_cell(),
        groups=card.by_group(),
        contested=card.contested(),
        scores=ordered,
    )
