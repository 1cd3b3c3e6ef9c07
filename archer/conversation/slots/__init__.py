"""Slots: the values in what a caller says: numbers, codes, amounts, days, yes or no, addresses, names.

Rules: the contract of language understanding. Plain parsers over recognition text, no model and no network; about a
millisecond each. One file a kind; `tokens`, `corrections`, `numerals`, `digits` and `letters` are what they share.
"""

from collections.abc import Callable, Mapping
from typing import Any

from archer.conversation.slots import (
    amount,
    email,
    last_four,
    months,
    person_name,
    phone_number,
    postal_code,
    when,
    yes_no,
)

_EXTRACTORS: dict[str, Callable[[str, Mapping[str, Any]], Any]] = {
    "phone_number": phone_number.extract,
    "last_four": last_four.extract,
    "postal_code": postal_code.extract,
    "amount": amount.extract,
    "months": months.extract,
    "datetime": when.extract,
    "yes_no": yes_no.extract,
    "email": email.extract,
    "person_name": person_name.extract,
}
KINDS = frozenset(_EXTRACTORS)
"""The kinds of slots that can be extracted."""


def extract(kind: str, text: str, context: Mapping[str, Any] | None = None) -> Any:
    """The value of a slot in a text, ready for JSON; None when the text holds no complete value.

    `context` is what the kind needs to know: region, country, balance, scale_hint, now and timezone, question.
    Raises ValueError for an unknown kind and for a context that cannot be used.
    """
    extractor = _EXTRACTORS.get(kind)
    if extractor is None:
        raise ValueError(f"kind must be one of {', '.join(sorted(KINDS))}, is {kind!r}")
    if context is not None and not isinstance(context, Mapping):
        raise ValueError(f"context must be an object, is {type(context).__name__}")
    return extractor(text, context or {})
