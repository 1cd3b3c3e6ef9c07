"""Dictate card numbers in ways the engine's lexicon does not know: open asides, several speakers, groups with names.

A source of test data like `spoken_numbers`, drawn from a `random.Random`; it also tells stories full of other numbers.
"""

import random
from typing import NamedTuple

from tests.archer.compliance.redaction.spoken_numbers import (
    BRANDS,
    STYLES,
    card,
    in_pairs,
    one_by_one,
    written,
)

ASIDES = [
    "honey which one is it, the blue one",
    "sorry my phone beeped",
    "no the other drawer, sweetheart",
    "it's freezing in here",
    "I've got the phone on speaker",
    "wait till this truck is gone",
    "the ink is nearly gone there",
    "my daughter usually does this",
    "that's a funny looking seven I mean the way it's printed",
    "I'm turning the card to the light",
    "stop that, get off the table",
    "can you hear me all right",
    "let me put my glasses on, they're in the kitchen",
    "are you typing all of this in",
    "I hope nobody's listening",
    "sorry, someone's at the door",
    "just checking I'm reading the right line",
    "the letters are so tiny on these",
    "it's raised so I can feel it with my thumb",
    "hold your horses",
    "bless you",
    "you're going too fast for me",
    "I'm an old man you know",
    "where's the rest, oh there",
    "and the next bit's hard to see",
    "I'm writing on my knee",
    "excuse my cough",
    "that was the neighbour",
    "give us a moment love",
    "this is the card I told you about",
    "I keep it in a plastic sleeve",
    "yes mom I'm on the phone",
    "don't touch that",
    "now I lost my place, no, got it",
    "is somebody recording",
    "the chip is in the way",
    "you with me",
]
OF_OTHER_THINGS = [
    "twenty percent battery left",
    "it's ten past five here",
    "I'm on bus 28",
    "there are two of these in here",
    "the payment is $50 right",
    "it expires in 2027 if you need that",
    "is my address still right",
    "did you get my email about the order",
    "what was I saying, yes the code",
    "not the account number, the card",
    "for the fifty dollars right",
    "right underneath that",
    "on the second line it says",
    "I'll go slower",
    "my battery is low by the way",
    "it's the joint card",
    "that's the part that is scratched",
]
BACK_CHANNELS = [
    "okay",
    "mm-hmm",
    "go ahead",
    "Got it.",
    "Yes?",
    "uh-huh, go on",
    "Thank you, and the rest?",
    "Take your time.",
    "Right.",
    "I'm with you.",
    "and the next four?",
    "One moment... okay.",
    "Sorry, go on.",
    "Sure.",
    "Perfect, what's next?",
    "yep",
]
SPEAKERS = [
    ("Agent:", "Customer:"),
    ("AGENT:", "CALLER:"),
    ("Speaker 1:", "Speaker 2:"),
    ("A:", "C:"),
    ("Rep:", "Member:"),
    ("Dana:", "Mr. Lopez:"),
    ("[00:14] Agent:", "[00:17] Customer:"),
    ("<agent>", "<caller>"),
    ("Spk_0:", "Spk_1:"),
    ("BOT:", "USER:"),
    ("**Agent:**", "**Customer:**"),
    ("Agent (Priya):", "Customer (Tom):"),
    ("Q:", "R:"),
]
REQUESTS = [
    "And the card number?",
    "I'm ready for the number.",
    "What's the number on the front of the card?",
    "Go ahead with the card, please.",
    "Whenever you're ready.",
    "Which card would you like to use?",
    "Could you read me all the digits?",
    "How would you like to pay?",
]
CLOSINGS = [
    "Thank you, that went through.",
    "Great, one moment please.",
    "Thanks, the payment of $95.00 is posted.",
    "Perfect. And the expiration?",
]
CARRIERS = [
    "my card number is {}",
    "it's {}",
    "{}",
    "Use this one instead: {}",
    "the one in my purse says {}",
    "please charge {} for me",
    "sure thing, {}, and that's my husband's",
    "yes the number is {} thank you",
    "I wrote it down as {}. Is that enough?",
    "Order 88213, please put it on {}",
    "the prepaid one from the store is {}",
    "reading it now: {}",
    "my phone's dying so quick, {}",
    "is the number you've got {}? Because that one expired",
    "pay the hundred dollars with {}",
    "he said {} I think",
    "card {} was refused yesterday",
    "my Visa or whatever it is, {}",
    "try {} and tell me if it works",
    "okay so {} did you get that?",
]
TAKEN_BACK = [
    "make that",
    "correction",
    "scratch that",
    "no wait",
    "sorry, I meant",
    "oops",
    "hang on, that's wrong, it's",
    "I misread that, it's",
    "let me fix that",
    "no no no",
    "strike that",
    "excuse me, that should be",
    "my bad",
    "actually",
    "or rather",
]
ENDINGS = [
    ", it ends with {}",
    ", and the last four are {}",
    ", then {}",
    ", and finally {}",
    ", ending in {}",
    ", and it finishes {}",
]


Brands = list[tuple[str, int]]
COMMON = [brand for brand in BRANDS if brand[1] in {15, 16}]


class Dictation(NamedTuple):
    """A text and what it must not hold any more, and what it must still hold, once it is redacted."""

    text: str
    gone: list[str]
    kept: list[str]


def _groups(number: str) -> list[str]:
    sizes = {14: [4, 6, 4], 15: [4, 6, 5]}.get(len(number), [4] * 5)
    found, place = [], 0
    for size in sizes:
        if number[place : place + size]:
            found.append(number[place : place + size])
        place += size
    return found


def _said(number: str, rng: random.Random) -> list[str]:
    style = rng.choice(STYLES) if rng.random() < 0.7 else None
    return [(style or rng.choice(STYLES))(group, rng) for group in _groups(number)]


def with_asides(rng: random.Random, brands: Brands = COMMON) -> Dictation:
    """A number with anything at all said between its groups."""
    return _with(ASIDES, rng, brands)


def among_other_things(rng: random.Random, brands: Brands = COMMON) -> Dictation:
    """A number between whose groups other numbers are said, and the names of other numbers."""
    return _with(ASIDES + OF_OTHER_THINGS * 2, rng, brands)


def _with(asides: list[str], rng: random.Random, brands: Brands) -> Dictation:
    parts = _said(card(rng, brands), rng)
    text = parts[0]
    for part in parts[1:]:
        joint = rng.choice([", {}, ", "... {}... ", " - {} - ", " ({}) ", ". {}. "]).format(rng.choice(asides))
        text += (joint if rng.random() < 0.4 else rng.choice([" ", ", ", "... ", "\n", ", um, ", " then "])) + part
    return _carried(text, parts, rng)


def with_an_ending(rng: random.Random, brands: Brands = COMMON) -> Dictation:
    """A number whose last group is announced."""
    parts = _said(card(rng, brands), rng)
    return _carried(rng.choice([" ", ", "]).join(parts[:-1]) + rng.choice(ENDINGS).format(parts[-1]), parts, rng)


def taken_back(rng: random.Random, brands: Brands = COMMON) -> Dictation:
    """A number of which a group was wrong at first, the last one or one within."""
    number = card(rng, brands)
    groups, style = _groups(number), rng.choice(STYLES)
    place = rng.choice([len(groups) - 1, rng.randrange(len(groups))])
    wrong = "".join(rng.sample("0123456789", len(groups[place])))
    parts = [style(group, rng) for group in groups]
    correction = f"{style(wrong, rng)}, {rng.choice(TAKEN_BACK)} {parts[place]}"
    text = rng.choice([" ", ", "]).join([*parts[:place], correction, *parts[place + 1 :]])
    return _carried(text, parts, rng)


def between_speakers(rng: random.Random, brands: Brands = COMMON) -> Dictation:
    """A number over turns, the other speaker in between."""
    agent, caller = rng.choice(SPEAKERS)
    parts = _said(card(rng, brands), rng)
    request, closing = rng.choice(REQUESTS), rng.choice(CLOSINGS)
    lines, ends = [f"{agent} {request}"], ["", ".", ","]
    for place, part in enumerate(parts):
        lead = rng.choice(["", "Sure. ", "It's ", "Okay, ", "um, "]) if place == 0 else ""
        lines.append(f"{caller} {lead}{part}{rng.choice(ends)}")
        if place < len(parts) - 1 and rng.random() < 0.7:
            lines.append(f"{agent} {rng.choice(BACK_CHANNELS)}")
    lines.append(f"{agent} {closing}")
    return Dictation(
        rng.choice(["\n", "\n", " "] if agent[0] in "ARB" and len(agent) > 3 else ["\n"]).join(lines),
        _gone(parts),
        [request, closing],
    )


def read_back(rng: random.Random, brands: Brands = COMMON) -> Dictation:
    """A number whose groups the agent repeats, one by one."""
    agent, caller = rng.choice(SPEAKERS)
    number = card(rng, brands)
    style = rng.choice([one_by_one, written, in_pairs])
    parts = [style(group, random.Random(1)) for group in _groups(number)]
    lines = [f"{caller} {part}\n{agent} {part}{rng.choice(['', ', okay', '?', '. Next?'])}" for part in parts]
    return Dictation(f"{agent} And the card number?\n" + "\n".join(lines), _gone(parts), ["And the card number?"])


def _carried(text: str, parts: list[str], rng: random.Random) -> Dictation:
    carrier = rng.choice(CARRIERS)
    kept = [piece.strip(" ,.") for piece in carrier.split("{}")]
    return Dictation(carrier.format(text), _gone(parts), [piece for piece in kept if piece])


def _gone(parts: list[str]) -> list[str]:
    return [part for part in parts if len(part) > 3]


DICTATIONS = [with_asides, among_other_things, with_an_ending, taken_back, between_speakers, read_back]


def _four(rng: random.Random) -> int:
    return rng.randrange(1000, 9999)


def _money(rng: random.Random) -> str:
    return f"${rng.randrange(5, 9000)}.{rng.randrange(10, 99)}"


def _phone(rng: random.Random) -> str:
    return f"{rng.randrange(201, 989)} 555 {rng.randrange(100, 199):04}"


def story(rng: random.Random) -> str:
    """Sentences with numbers of every other kind, none of which is secret."""
    said = rng.choice([str, lambda number: one_by_one(str(number), random.Random(1))])
    return " ".join(
        rng.sample(
            [
                f"You can call me at {_phone(rng)} or at {_phone(rng)}.",
                f"My order number is {said(rng.randrange(10**5, 10**9))}.",
                f"I paid {_money(rng)} on {rng.randrange(1, 12)}/{rng.randrange(1, 28)} and {_money(rng)} in May.",
                f"I moved there in {rng.randrange(1980, 2025)} and left in {rng.randrange(1980, 2025)}.",
                f"The zip is {said(rng.randrange(10**4, 10**5))}.",
                f"It's case {said(_four(rng))}, from your colleague.",
                f"I have {rng.randrange(2, 9)} kids and {rng.randrange(2, 9)} jobs.",
                f"The card ends in {said(_four(rng))}.",
                f"It was {rng.randrange(20, 900)} dollars, then {rng.randrange(20, 900)} dollars, then nothing.",
                f"My tracking number is {said(rng.randrange(10**11, 10**12))}.",
                f"They open at {rng.randrange(6, 11)}:30 and close at {rng.randrange(4, 9)}:45.",
                f"I live at {_four(rng)} Oak Street, apartment {rng.randrange(10, 400)}.",
                f"I can do {rng.choice(['fifty', 'sixty', 'ninety'])} dollars on the {rng.randrange(4, 20)}th.",
                f"Home is {_phone(rng)}, work is {_phone(rng)}.",
                f"My invoice says {_four(rng)}77 and the other invoice says {_four(rng)}12.",
                "It's one of the two, I told you three times.",
                f"The last four are {said(_four(rng))}.",
            ],
            k=rng.randrange(1, 5),
        )
    )
