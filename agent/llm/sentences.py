"""Cut a stream of text into sentences that can be spoken one by one, and take out what only a reader could use."""

import re

LONGEST = 280
"""Characters after which a sentence is spoken up to its last pause, so that nobody waits for its end."""

_END = re.compile(r"[.!?…][\"'”’)\]*_]*(?=\s)|\n+")
_PAUSE = re.compile(r"[,;:–—](?=\s)")
_SHORT_FORM = re.compile(
    r"(?:\b(?:mr|mrs|ms|dr|st|vs|etc|e\.g|i\.e|jan|feb|mar|apr|jun|jul|aug|sep|sept|oct|nov|dec|inc|co|ltd)|"
    r"\b[ap]\.m|\b[a-z]|^\s*\d+)\.$",
    re.IGNORECASE,
)
_TIME_OF_DAY = re.compile(r"\b[ap]\.m\.$", re.IGNORECASE)
_CODE = re.compile(r"[{}]|</?\w+[^>]*>|\w+\(.*=.*\)|\b(?:functions|tool_calls?)\b[.:]")
_MARKUP = re.compile(r"[*_`#>|~]+|^\s*(?:[-•]|\d+[.)])\s+|\[([^\]]*)\]\([^)]*\)", re.MULTILINE)


class SentenceSplitter:
    """Feed it pieces of any size; it gives each sentence once its end is certain."""

    def __init__(self) -> None:
        self._rest = ""

    def feed(self, piece: str) -> list[str]:
        """The sentences that are complete by this piece."""
        self._rest += piece
        found: list[str] = []
        start = 0
        for end in _END.finditer(self._rest):
            candidate = self._rest[start : end.end()]
            if _goes_on(candidate.strip(), self._rest[end.end() :].lstrip()):
                continue
            found.append(candidate)
            start = end.end()
        self._rest = self._rest[start:]
        while len(self._rest) > LONGEST:
            pauses = [pause.end() for pause in _PAUSE.finditer(self._rest, 0, LONGEST)]
            if not pauses:
                break
            found.append(self._rest[: pauses[-1]])
            self._rest = self._rest[pauses[-1] :]
        return [spoken for text in found if (spoken := for_the_ear(text))]

    def finish(self) -> list[str]:
        """The last sentence, whether it was ended or not."""
        rest, self._rest = for_the_ear(self._rest), ""
        return [rest] if rest else []


def _goes_on(sentence: str, following: str) -> bool:
    """The stop belongs to an abbreviation ("Mr.", "3 p.m. on Friday") and ends no sentence."""
    if not _SHORT_FORM.search(sentence):
        return False
    if _TIME_OF_DAY.search(sentence):
        return not following or following[0].islower()
    return True


def for_the_ear(text: str) -> str:
    """Without markup; empty when nothing is left to say, or when it is code (a tool call that went astray)."""
    if _CODE.search(text):
        return ""
    plain = " ".join(_MARKUP.sub(lambda match: match.group(1) or " ", text).split())
    return plain if any(character.isalnum() for character in plain) else ""
