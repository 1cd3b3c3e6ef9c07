"""The scorecard as a page: well-formed, complete, and safe whatever callers say."""

from html.parser import HTMLParser

from local.evaluation.report import page
from tests.local.evaluation.evaluation_cases import card, score

_VOID = {"meta", "br", "link", "img", "input", "hr"}


class _Page(HTMLParser):
    """The text of a page; fails when elements are not closed in order."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: list[str] = []
        self.text = ""
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        if tag not in _VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += f" {' '.join(data.split())}"


def shown(*scores: object, **more: object) -> _Page:
    made = card(*scores)  # type: ignore[arg-type]
    for name, value in more.items():
        setattr(made, name, value)
    found = _Page(page(made))
    assert found.open == []
    return found


def test_an_evaluation_without_calls_has_a_page() -> None:
    assert "0 / 0" in shown().text


def test_every_call_is_on_the_page_with_its_lines_and_misses() -> None:
    lines = [{"who": "agent", "text": "Hello?", "cut": True}, {"who": "customer", "text": "Yes.", "cut": False}]
    found = shown(score("good", lines=lines), score("bad", right=False, findings=["said, G-04: 'now'"]))
    for expected in ("good", "bad", "Hello? —", "Yes.", "disposition should be", "said, G-04", "50.0 %", "1 / 2"):
        assert expected in found.text, expected
    assert found.tags.count("details") == 2


def test_what_went_wrong_comes_first_and_open() -> None:
    html = page(card(score("aaa"), score("zzz", right=False)))
    assert html.index("zzz") < html.index("aaa")
    assert html.count("<details open>") == 1


def test_ways_of_calling_are_compared_only_when_there_are_several() -> None:
    assert "Where the ways of calling differ" not in shown(score("a")).text
    same = shown(score("a"), score("a", tactic="stern"))
    assert "every caller reached the same" in same.text
    differ = shown(score("a"), score("a", tactic="stern", right=False), score("b", tactic="stern"))
    assert "stern, level 2" in differ.text
    assert "✗" in differ.text


def test_times_are_shown_and_their_absence_too() -> None:
    assert "123 ms" in shown(score(waits_ms=[123.4], latency_ms={"setup": 900.0})).text
    assert "900 ms" in shown(score(latency_ms={"setup": 900.0})).text
    assert "–" in shown(score()).text


def test_regressions_are_named() -> None:
    assert "a was right in the baseline" in shown(score(), regressions=["a was right in the baseline"]).text
    assert "Worse than it should be" not in shown(score()).text


def test_what_callers_say_cannot_become_part_of_the_page() -> None:
    evil = "<script>alert(1)</script>"
    html = page(card(score(evil, lines=[{"who": "customer", "text": evil, "cut": False}], findings=[evil])))
    assert "<script>" not in html
    assert "&lt;script&gt;" in html


def test_the_page_needs_nothing_else() -> None:
    html = page(card(score()))
    assert "http://" not in html
    assert "https://" not in html
    assert "src=" not in html
