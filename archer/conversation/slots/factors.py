"""The two factors of verification in one turn: the last four digits and the postal code, however they are said.

A turn is read as a whole: which digits make the one factor, which the other, and which neither. Every reading has a
cost (a pause inside a factor, a label that names the other one, digits left over), the cheapest is taken. So four and
five digits tell themselves apart whatever the order, labels stand before or behind, nine digits in a row are two
factors, a correction replaces a whole factor or its tail, and no digit belongs to both factors.
"""

import heapq
import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple

from archer.conversation.slots.factor_items import CODE, FOUR, Item, Mark, Symbol, items_of

_NONE, _SOFT, _PAUSE, _WORDS = 0, 1, 2, 3
"""What lies between two digits: nothing, a comma or an empty word, a full stop or "and", other words."""
_INSIDE = (0.0, 0.25, 1.2, 2.5)
"""The cost of each within a factor."""
_AT_ONCE = 0.6
"""The cost of a factor that begins where another one ends, without a pause."""
_AFTER_COMMA = 0.1
"""The same after a comma only: some part every digit so."""
_CUT = 1.5
"""The cost of cutting a number that was written in one piece."""
_CODE_FIRST = 0.5
"""The cost of beginning with the postal code, without a pause or a label: the last four were asked for first."""
_LEFT_OVER, _EACH_LEFT, _STUCK = 1.5, 0.15, 3.0
"""The cost of digits that belong to neither, of each further one, and of such that stick to a factor."""
_TORSO, _STUCK_TORSO = 1.5, 1.5
"""The cost of a factor broken off at the end of a turn, and more when it sticks to another."""
_MISNAMED = {True: 3.0, False: 1.8}
"""The cost of a factor under the name of the other, a firm name or a loose one."""
_OTHER_VALUE, _OTHER_AT_ONCE, _CORRECTED = 3.0, 9.0, 0.2
"""The cost of a second value of one factor: after a pause, in the same breath, after a correction."""
_SAID_AT_ONCE = 1.0
"""The cost of the same value once more in the same breath."""
_SURER = 1.0
"""The cost of a value that is named, after one that was not."""
_TAIL, _RESTART, _BEGUN_AGAIN = 0.8, 0.3, 1.7
"""The cost of replacing a tail only, of dropping a torso at a correction, and of beginning again without one (the
less, the more of it was said)."""
_NOT_AS_KNOWN = 0.6
"""The cost of a value that differs from the one heard in an earlier turn."""
_BORROWED = 3.0
"""The cost of a factor that begins with the other one, heard before: its digits said again, and not a new one."""
_PLUS_FOUR = (1.2, 0.2)
"""The cost of four digits of a ZIP+4, and the same after a dash."""
_UNNAMED, _MISSED = 0.4, 0.2
"""The cost of a label without its factor, and of a factor that the turn does not hold."""
_LIMIT = 6.5
"""A reading that costs more is none."""
_MOST_STATES = 6000


@dataclass(frozen=True, slots=True)
class Factors:
    """What a turn holds of the two factors."""

    last_four: str | None = None
    postal_code: str | None = None
    """As the contract of understanding writes it: "90210", "M5V 3L9"."""
    torso: str = ""
    """The beginning of a factor that was broken off at the end of the turn."""
    four_meant: bool = False
    """The last four were named or corrected, so that they may replace what was heard before."""
    code_meant: bool = False
    """The same of the postal code."""


def read(
    text: str, country: Literal["US", "CA"] = "US", last_four: str | None = None, postal_code: str | None = None
) -> Factors:
    """The factors in a turn. `last_four` and `postal_code` are what was heard before."""
    items = items_of(text, country)
    if not any(item.mark is Mark.SYMBOL for item in items):
        return Factors()
    return _Reader(items, country, last_four or "", (postal_code or "").replace(" ", "")).best()


class _State(NamedTuple):
    """How far a reading has come."""

    at: int = 0
    kind: str = ""
    """The factor that is being said, `_OVER` for digits of neither, or nothing."""
    text: str = ""
    gap: int = _PAUSE
    stuck: bool = False
    """What is being said follows a factor without a pause."""
    must: str = ""
    """A torso that what is being said has to begin with."""
    four: str = ""
    code: str = ""
    last: str = ""
    """The factor said last."""
    named: tuple[tuple[str, bool], ...] = ()
    """Labels that wait for their factor: which it names, and whether firmly."""
    open: str = ""
    """Kinds that a correction may give another value."""
    tail_of: str = ""
    """What a correction may replace the tail of: a torso or a factor, as `kind:text`."""
    denied: bool = False
    former: bool = False
    dash: bool = False
    stale: str = ""
    """Kinds whose value is out of date."""
    firm: str = ""
    """Kinds whose value was firmly named."""
    meant: str = ""
    """Kinds that were named or corrected."""


_OVER, _PLUS = "X", "P"
_SAID = frozenset({FOUR, CODE, _PLUS})
_STOPS = {",": _SOFT, ".": _PAUSE, ";": _PAUSE, "?": _PAUSE, "!": _PAUSE}


class _Reader:
    """One turn, being read."""

    def __init__(self, items: Sequence[Item], country: str, four: str, code: str) -> None:
        self._items = items
        self._letters = country == "CA"
        self._known = {FOUR: four, CODE: code}
        self._ids = itertools.count()

    def best(self) -> Factors:
        """The cheapest reading, with nothing in it when all are far-fetched."""
        start = _State()
        queue: list[tuple[float, int, _State]] = [(0.0, 0, start)]
        done: set[_State] = set()
        while queue and len(done) < _MOST_STATES:
            cost, _, state = heapq.heappop(queue)
            if cost > _LIMIT:
                break
            if state.at > len(self._items):
                return self._result(state)
            if state in done:
                continue
            done.add(state)
            for more, following in self._next(state):
                heapq.heappush(queue, (cost + more, next(self._ids), following))
        return Factors()

    def _result(self, state: _State) -> Factors:
        code = f"{state.code[:3]} {state.code[3:]}" if self._letters and state.code else state.code
        torso = state.text if state.kind in (FOUR, CODE) else ""
        return Factors(state.four or None, code or None, torso, FOUR in state.meant, CODE in state.meant)

    def _next(self, state: _State) -> Iterator[tuple[float, _State]]:
        if state.at == len(self._items):
            yield self._ended(state)
            return
        item = self._items[state.at]
        match item.mark:
            case Mark.SYMBOL:
                yield from self._symbol(state, item)
            case Mark.REPAIR:
                yield from self._repair(state)
            case Mark.LABEL:
                yield from self._label(state, item)
            case _:
                yield 0.0, self._passed(state, item, item.mark)

    def _ended(self, state: _State) -> tuple[float, _State]:
        cost = _UNNAMED * len(state.named) + _MISSED * ((not state.four) + (not state.code))
        if state.kind in _SAID:
            cost += _TORSO + _STUCK_TORSO * state.stuck
        return cost, state._replace(at=state.at + 1)

    def _passed(self, state: _State, item: Item, mark: Mark) -> _State:
        """The state after an item that is no digit."""
        gap = {Mark.GLUE: _SOFT, Mark.LINK: _PAUSE}.get(mark, _WORDS)
        if item.dash and state.gap == _NONE:
            gap = _NONE
        words = mark is Mark.WORD
        return state._replace(
            at=state.at + 1,
            gap=max(state.gap, gap, _STOPS.get(item.stop, _NONE)),
            named=() if words or item.stop == "?" else state.named,
            denied=not item.stop and (mark is Mark.DENIED or (state.denied and not words and state.kind != _OVER)),
            former=mark is Mark.FORMER or state.former,
            dash=item.dash or (state.dash and mark is Mark.GLUE),
        )

    def _repair(self, state: _State) -> Iterator[tuple[float, _State]]:
        on = state._replace(at=state.at + 1, gap=max(state.gap, _PAUSE), open=FOUR + CODE, denied=False, former=False)
        if state.kind in _SAID:
            yield (
                _RESTART + _STUCK_TORSO * state.stuck,
                on._replace(kind="", text="", stuck=False, must="", tail_of=f"{state.kind}:{state.text}"),
            )
            yield 1.0, on
            return
        last = {FOUR: state.four, CODE: state.code}.get(state.last, "")
        yield 0.0, on._replace(kind="", text="", stuck=False, tail_of=f"{state.last}:{last}" if last else state.tail_of)

    def _label(self, state: _State, item: Item) -> Iterator[tuple[float, _State]]:
        on = state._replace(at=state.at + 1, gap=_WORDS if state.kind in _SAID else _PAUSE, dash=False)
        yield 1.0 if item.firmly else 0.3, on
        named = state.named
        if not named or named[-1][0] != item.names:
            named = (*named, (item.names, item.firmly))[-2:]
        yield 0.6 * item.trails, on._replace(named=named)
        if state.kind in ("", _OVER) and state.last == item.names and not state.named and state.gap < _WORDS:
            firm = state.firm + item.names * item.firmly
            yield 0.0 if item.trails else 0.4, on._replace(meant=state.meant + item.names, firm=firm)

    def _symbol(self, state: _State, item: Item) -> Iterator[tuple[float, _State]]:
        if item.passed is not None:
            yield item.passed, self._passed(state, item, item.aside)
        for symbol in item.digits:
            yield from self._begin(state, item, symbol, (FOUR,) if self._letters else (FOUR, CODE))
            yield from self._extend(state, symbol)
            if state.kind not in _SAID:
                yield self._over(state, symbol)
        for symbol in item.letters:
            yield from self._begin(state, item, symbol, (CODE,))
            yield from self._extend(state, symbol)

    def _over(self, state: _State, symbol: Symbol) -> tuple[float, _State]:
        """Digits of neither factor."""
        cost = _EACH_LEFT * len(symbol.text)
        if state.denied:
            cost = 0.3
        elif state.kind != _OVER or state.gap > _NONE:
            cost += _LEFT_OVER - _EACH_LEFT + (_STUCK if state.last and state.gap == _NONE and not state.kind else 0.0)
        return cost, self._after(state, symbol)._replace(kind=_OVER, text="")

    def _after(self, state: _State, symbol: Symbol) -> _State:
        at = state.at + symbol.width
        last = self._items[at - 1]
        gap = _STOPS.get(last.stop, _NONE)
        return state._replace(at=at, gap=gap, dash=last.stop == "-")

    def _begin(self, state: _State, item: Item, symbol: Symbol, kinds: Sequence[str]) -> Iterator[tuple[float, _State]]:
        """A factor begins here: anew, with the start of what is corrected, or again after a torso."""
        if state.kind in _SAID:
            if state.gap > _NONE and len(state.text) > 1:
                anew = self._after(state, symbol)._replace(text="", must=state.text, stuck=False)
                yield from self._grown(anew, symbol, 0.2 + _BEGUN_AGAIN / len(state.text))
            return
        cost = 0.0
        stuck = bool(state.last or state.kind) and state.gap == _NONE
        if stuck:
            cost = (_STUCK if state.kind == _OVER else 0.0) + (_CUT if item.joined else _AT_ONCE)
        elif state.gap == _SOFT and state.last:
            cost = _AFTER_COMMA
        for kind in kinds:
            first = kind == CODE and not (state.named or state.four or self._known[FOUR]) and not self._letters
            start = self._after(state, symbol)._replace(kind=kind, text="", stuck=stuck, must="")
            yield from self._grown(start, symbol, cost + _CODE_FIRST * first)
        if state.last == CODE and not self._letters and not state.kind and not state.named:
            start = self._after(state, symbol)._replace(kind=_PLUS, text="", stuck=stuck, must="")
            yield from self._grown(start, symbol, _PLUS_FOUR[state.dash] + _AT_ONCE * (stuck and not state.dash))
        corrected, _, before = state.tail_of.partition(":")
        if corrected and state.gap > _NONE:
            for kept in range(1, len(before)):
                start = self._after(state, symbol)._replace(kind=corrected, text=before[:kept], must="", tail_of="")
                yield from self._grown(start, symbol, _TAIL)

    def _extend(self, state: _State, symbol: Symbol) -> Iterator[tuple[float, _State]]:
        if state.kind in _SAID:
            inside = _INSIDE[state.gap] * (0.25 if self._letters and state.kind == CODE else 1.0)
            yield from self._grown(self._after(state, symbol), symbol, inside)

    def _grown(self, state: _State, symbol: Symbol, cost: float) -> Iterator[tuple[float, _State]]:
        """The factor with one more symbol, if it can have it; complete factors are taken down."""
        text, kind = state.text + symbol.text, state.kind
        if not (text.startswith(state.must) or state.must.startswith(text)) or not self._fits(kind, text):
            return
        cost += symbol.cost
        length = 6 if self._letters else 5
        length = length if kind == CODE else 4
        state = state._replace(text=text, tail_of="")
        if len(text) < length:
            yield cost, state
        elif text != "00000":
            yield from self._complete(state, cost)

    def _fits(self, kind: str, text: str) -> bool:
        if kind != CODE:
            return len(text) <= 4 and text.isdecimal()
        if not self._letters:
            return len(text) <= 5 and text.isdecimal()
        return (
            len(text) <= 6
            and all(character.isdecimal() if place % 2 else character.isalpha() for place, character in enumerate(text))
            and text[0] not in "WZ"
        )

    def _complete(self, state: _State, cost: float) -> Iterator[tuple[float, _State]]:
        """A factor is complete: weigh it against its label and against what was heard of it before."""
        kind, text = state.kind, state.text
        over = state._replace(kind="", text="", stuck=False, must="", denied=False, former=False)
        if kind == _PLUS:
            yield cost, over
            return
        misnamed, named, meant, firm = self._labelled(state)
        cost += misnamed
        repaired = kind in state.open
        over = over._replace(named=named, last=kind, meant=state.meant + kind * (meant or repaired))
        if state.denied:
            yield cost + 0.2, over._replace(last=state.last, meant=state.meant)
            return
        before = state.four if kind == FOUR else state.code
        if before and before != text and state.former and kind not in state.stale:
            yield cost, over
            return
        surer = firm and kind not in state.firm
        if before and before != text and kind not in state.stale:
            cost += _CORRECTED if repaired else _SURER if surer else _OTHER_AT_ONCE if state.stuck else _OTHER_VALUE
        elif before == text and state.stuck:
            cost += _SAID_AT_ONCE
        elif not before and not (meant or repaired):
            cost += self._against_known(state)
        stale = state.stale + kind if state.former else state.stale.replace(kind, "")
        over = over._replace(stale=stale, firm=state.firm + kind * firm, open=state.open.replace(kind, ""))
        yield cost, over._replace(four=text) if kind == FOUR else over._replace(code=text)

    def _labelled(self, state: _State) -> tuple[float, tuple[tuple[str, bool], ...], bool, bool]:
        """What the labels before a factor cost it, which still wait, and whether one names it, and firmly."""
        if not state.named:
            return 0.0, (), False, False
        if state.named[0][0] == state.kind:
            return 0.0, state.named[1:], True, state.named[0][1]
        if state.named[-1][0] == state.kind:
            return 0.2, (), True, state.named[-1][1]
        return _MISNAMED[state.named[-1][1]], (), False, False

    def _against_known(self, state: _State) -> float:
        """The cost of a factor in view of what was heard in an earlier turn."""
        known = self._known[state.kind]
        if known:
            return 0.0 if known == state.text else _NOT_AS_KNOWN
        other = self._known[CODE if state.kind == FOUR else FOUR]
        if not other or (state.code if state.kind == FOUR else state.four):
            return 0.0
        return _BORROWED if other.startswith(state.text) or state.text.startswith(other) else 0.0
