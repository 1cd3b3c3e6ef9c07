"""Streams cut into sentences: the same ones whatever the pieces, and nothing that only a reader could use."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.llm.sentences import LONGEST, SentenceSplitter, for_the_ear


def split(*pieces: str) -> list[str]:
    splitter = SentenceSplitter()
    found = [sentence for piece in pieces for sentence in splitter.feed(piece)]
    return [*found, *splitter.finish()]


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        ("I understand. What would work for you?", ["I understand.", "What would work for you?"]),
        ("No. That is all right! Shall we go on", ["No.", "That is all right!", "Shall we go on"]),
        ("Mr. Reyes, I see. Good.", ["Mr. Reyes, I see.", "Good."]),
        ("We close at 5 p.m. on Friday. Is that fine?", ["We close at 5 p.m. on Friday.", "Is that fine?"]),
        ("It is $4.50 in all. Fine?", ["It is $4.50 in all.", "Fine?"]),
        ('She said "yes." Then she paid.', ['She said "yes."', "Then she paid."]),
        ("First line\nSecond line", ["First line", "Second line"]),
        (
            "**Great!** Here are your options:\n- Pay in full\n- A plan",
            ["Great!", "Here are your options:", "Pay in full", "A plan"],
        ),
        ("", []),
        (" \n ... \n", []),
    ],
)
def test_sentences(text: str, sentences: list[str]) -> None:
    assert split(text) == sentences


@given(
    st.lists(
        st.sampled_from(["I see. ", "Mr. Reyes? ", "Well, ", "fifty dollars", ". ", "3 p.m. ", "then\n"]), max_size=12
    ),
    st.data(),
)
def test_pieces_do_not_matter(parts: list[str], data: st.DataObject) -> None:
    text = "".join(parts)
    cuts = sorted(data.draw(st.lists(st.integers(0, len(text)), max_size=6)))
    pieces = [text[a:b] for a, b in zip([0, *cuts], [*cuts, len(text)], strict=True)]
    assert "".join(split(*pieces)).replace(" ", "") == "".join(split(text)).replace(" ", "")


def test_sentence_without_end_is_spoken_up_to_a_pause() -> None:
    splitter = SentenceSplitter()
    found = splitter.feed("and then there is one more thing, " * 20)
    assert found
    assert all(len(sentence) <= LONGEST + 40 for sentence in found)


def test_first_sentence_is_given_before_the_second_is_whole() -> None:
    splitter = SentenceSplitter()
    assert splitter.feed("I understand. What wou") == ["I understand."]


def test_markup_is_not_spoken() -> None:
    assert for_the_ear("see [our page](https://example.com) for `more`") == "see our page for more"


@pytest.mark.parametrize(
    "text",
    [
        '{"name": "process_payment"}',
        "<tool_call>process_payment</tool_call>",
        "functions.process_payment",
        "pay(amount=4)",
    ],
)
def test_code_is_not_spoken(text: str) -> None:
    assert for_the_ear(text) == ""
