"""All that the rule-based conversation remembers: one serialisable object, written down after every event.

What a caller must not hear repeated or see stored is not in here: no card digits, and the verification factors only
until the person is verified or the proof is given up.
"""

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict

Step = Literal[
    "opening",
    "person",
    "available",
    "verify",
    "negotiate",
    "amount",
    "months",
    "promise_date",
    "new_due_date",
    "method",
    "confirm",
    "anything_else",
    "callback",
    "offer_person",
    "check",
    "danger",
    "ended",
]
"""What the conversation waits for; each step has one question (`steps.py`)."""

UNVERIFIED_STEPS: frozenset[str] = frozenset({"opening", "person", "available", "verify"})
OfferKind = Literal["full_payment", "partial_payment", "plan", "promise", "extension", "settlement"]


class Part(BaseModel):
    """Base of what the state is made of: unknown fields are refused, so that an old snapshot is noticed."""

    model_config = ConfigDict(extra="forbid")


class Spoken(Part):
    """One sentence of the last turn."""

    key: str
    text: str
    interruptible: bool = True


class Pending(Part):
    """A tool whose answer is awaited."""

    tool_call_id: str
    name: str
    arguments: dict[str, Any]
    then: str
    """Who goes on with the answer: a key of the table in `machine.py`."""
    retried: bool = False
    waits: int = 0
    """How often the caller was asked to wait for it."""


class Proposal(Part):
    """What the caller and the agent are working out; prepared once it is complete."""

    kind: OfferKind
    amount: str | None = None
    months: int | None = None
    down_payment: str | None = None
    date: str | None = None
    """ISO date: of the payment, of the promise, or the new due date."""
    method: Literal["sms_link", "bank_transfer"] | None = None
    besides: bool = False
    """Wanted besides the payment, or the promise, that is in force."""


class Rest(Part):
    """A second part that was named with the first: how much, and the day, ISO date, where one was named."""

    amount: str | None = None
    """None for all that is left."""
    date: str | None = None


class Prepared(Part):
    """An intent that the tools hold ready; nothing has happened yet."""

    intent_id: str
    kind: OfferKind
    say: str | None = None
    """The sentence to confirm, in the tool's words."""
    amount: str | None = None
    date: str | None = None
    method: str | None = None
    months: int | None = None
    each: str | None = None
    """An instalment of a plan."""
    last: str | None = None
    """The last instalment, when it is another amount."""
    down_payment: str | None = None


class Arranged(Part):
    """What a tool has done at the caller's yes, and what stands since."""

    kind: str
    """`payment`, `settlement`, `plan`, `promise` or `extension`."""
    amount: str | None = None
    date: str | None = None
    """ISO date: of the payment, of a plan's first one, of the promise, or the new due date."""
    method: str | None = None
    months: int | None = None
    each: str | None = None
    last: str | None = None
    down_payment: str | None = None
    say: str | None = None
    """What the tool had the caller told."""


class State(Part):
    """The conversation between two events."""

    step: Step = "opening"
    back: Step = "person"
    """Where a side question (`offer_person`, `check`, `callback`) returns to."""
    turns: int = 0
    calls: int = 0
    """Tools used so far; makes the next tool call id."""
    said: dict[str, int] = {}
    """How often each sentence was said."""
    last: list[Spoken] = []
    """What was said since the caller's last move, for repetition; words to bridge a wait are left out."""
    turn_begins: bool = True
    """The caller has moved, and nothing was said yet."""
    owed: list[Spoken] = []
    """Sentences that have to be heard in full and were broken off."""
    broken_off: bool = False
    """The caller spoke over the last turn, and no word of his has come yet."""

    unclear: int = 0
    silences: int = 0
    frustration: float = 0.0
    """0 (calm) to 1, scored over the turns (`frustration.py`)."""
    complaint: str = ""
    """What the last turn meant, when it showed frustration."""
    doubts: int = 0
    refusals: int = 0
    declined_factors: int = 0
    digressions: int = 0
    stalled: int = 0
    """Turns in a row that were answered and did not lead on."""
    progress: int = 0
    """The turn at which a tool last did what it was asked for."""
    stalls: int = 0
    """How often a person was offered for that."""
    holding: bool = False
    fresh_ear: bool = False
    """Whoever speaks next may not have heard the notices (somebody fetched the person asked for)."""
    nudges: int = 0
    """How often the caller was asked whether he is there, since he last said anything to the matter."""
    nudged: bool = False
    """The last question was only "are you there": a yes to it is a yes to nothing else."""

    keys: str = ""
    """Digits keyed in and not used yet."""
    last_four: str | None = None
    postal_code: str | None = None
    torso: str = ""
    """Digits of a factor that the caller broke off, and the turn in which he did."""
    torso_turn: int = -1
    tried: list[str] | None = None
    """Last four and postal code of an attempt that failed, until the proof has succeeded or is given up."""

    options: dict[str, Any] | None = None
    """Answer of `get_customer_options`."""
    offered: list[str] = []
    """What was offered already."""
    offer: str | None = None
    """What the last question offered; a bare "yes" takes it."""
    proposal: Proposal | None = None
    prepared: Prepared | None = None
    week: str | None = None
    """Monday of the week of which a day was asked for, ISO 8601."""
    readings: int = 0
    """How often something was prepared and read out since an arrangement was last made."""
    terms: dict[str, int] = {}
    """How often each set of terms was prepared since an arrangement was last made."""
    doubted: str = ""
    """An answer to the reading that was asked about in plain words: the same again is meant as it was said."""
    counters: int = 0
    suggestion: str | None = None
    """A date, time or amount that a tool named as possible; a bare "yes" takes it."""
    failures: int = 0
    """Tool answers in a row that led nowhere."""
    renewed: bool = False
    """An expired intent was prepared anew once."""
    arranged: str | None = None
    """Disposition of the arrangement that is in place."""
    in_force: list[Arranged] = []
    """What is in place, the newest last; counts only while `arranged` says that something is."""
    rest: Rest | None = None
    """What is to be arranged once the first part is."""

    callback_day: str | None = None
    """ISO date of a call that is wanted at an hour which is still open."""
    after_yes: Literal["record", "ask"] | None = None
    """What was said of calls beside the yes that is being carried out: none are wanted, or that is to be asked."""
    checking: str | None = None
    """The intent that the step `check` asks about."""
    reason: str = "requested"
    """Why a person is wanted, or a call back."""
    person_tried: bool = False
    restrictions: list[str] = []
    """Rights recorded in this call."""
    quiet: list[dict[str, Any]] = []
    """Times at which the caller does not want to be called, as `quiet_times.quiet_windows` reads them."""
    wants_paper: bool = False
    """Beside a right something in writing was asked for."""
    claims: list[str] = []
    """`already_paid` heard before verification: no payment is asked for any more; `hardship`: nobody is pressed."""
    outcome: str | None = None
    """Disposition of the end, once the call has ended."""

    pending: Pending | None = None
    queue: list[str] = []
    """What the caller said while a tool was awaited."""
