"""What rules listen for: the meaning-bearing words of an agent's sentence, tolerant of how it is worded.

The agent speaks in the order that the compliance facts prescribe: who calls, that it is automated and recorded, how to
opt out; then whom it wants; then last four and postal code; only then why it calls.
"""

from local.callers.persona import Rule

ASKS_FOR_PERSON = (
    r"(speak\w*|talk\w*|reach\w*|reached|is this|are you|call\w* for|look\w* for|this is|with|is) "
    r"(\w+ ){{0,4}}({name}|{first_name})"
)
ASKS_BOTH_FACTORS = r"(last (four|4).*(postal|zip))|((postal|zip).*last (four|4))"
ASKS_LAST_FOUR = r"(last|final) (four|4)|four digits"
ASKS_POSTAL_CODE = r"postal|zip|post ?code"
ASKS_TO_CONFIRM = (
    r"(is|are|was|does|do) (that|this|it|these|those|all)( all)?( sound| look)?"
    r" ?(all right|right|correct|okay|ok|fine|good)"
    r"|(shall|should|may|can) i (go|send|set|proceed|do|make|schedule|arrange|text)"
    r"|do you (agree|confirm|authori[sz]e|approve|accept|want me|consent)"
    r"|would you like me to|go ahead|(say|answer|please) \W?yes\b|(please|to) confirm|can you confirm|is that a yes"
)
ASKS_METHOD = (
    r"(link|text|sms|message).*(transfer|bank account)|(transfer|bank account).*(link|text|sms)"
    r"|(which|what) (payment )?(method|way)|how (would|do) you (like|want|prefer) to (pay|make)"
)
ASKS_WHAT_TO_DO = (
    r"what (would|do|can|could) (you|i|we)|how (would|do|can|could|may) (you|i|we)|which (one|option|of)"
    r"|would you (like|be able|prefer)|(can|could|will) you (pay|make|take|manage)|are you able|what works"
    r"|(pay|settle|take care of) (it|this|that|the|your|all)|do you (want|wish|prefer)"
)
ASKS_WHEN = r"(what|which) (day|date|time)|when (would|should|can|could|do|will|is)"
ASKS_HOW_MUCH = r"how much|what amount|which amount"
ASKS_ANYTHING_ELSE = r"(any|some)thing else|what else|else (i|we) c(an|ould)|more (i|we) can do|any (other|further)"
SAYS_GOODBYE = r"good ?bye|\bbye\b|have a (good|great|nice|pleasant|lovely)|take care(?! of)"
OFFERS_PERSON = (
    r"(connect|transfer|put)(ing)? (you|the call)|(hold|stay on) the line|colleague|representative"
    r"|find (someone|somebody|a person)|(speak|talk) (with|to) (a person|someone|a human)"
)
ASKS_WHETHER_UNDERSTOOD = r"did i (understand|hear|get)|are you telling me|do you mean|do you want us to|you said that"
ANYTHING = r"."

IDENTITY = Rule(ASKS_FOR_PERSON, say=("Yes, this is {name}.", "Yes, speaking."))
BOTH_FACTORS = Rule(ASKS_BOTH_FACTORS, say=("{last_four}, and the postal code is {postal_code}.",))
LAST_FOUR = Rule(ASKS_LAST_FOUR, say=("It's {last_four}.",))
POSTAL_CODE = Rule(ASKS_POSTAL_CODE, say=("{postal_code}.",))
CONFIRMS = Rule(ASKS_TO_CONFIRM, say=("Yes, that's right, go ahead.", "Yes."))
UNDERSTOOD = Rule(ASKS_WHETHER_UNDERSTOOD, say=("Yes, that's right.", "Yes."))
UNDERSTOOD_WRONG = Rule(ASKS_WHETHER_UNDERSTOOD, say=("No.",))
NOTHING_ELSE = Rule(ASKS_ANYTHING_ELSE, say=("No, that's all, thank you.",))
FAREWELL = Rule(SAYS_GOODBYE, silent=True)

VERIFICATION = (BOTH_FACTORS, LAST_FOUR, POSTAL_CODE)


def paying(method: str, identity: Rule = IDENTITY, verification: tuple[Rule, ...] = VERIFICATION) -> tuple[Rule, ...]:
    """The rules of someone who answers every question and pays in full by `method`, named in his own words."""
    return (
        NOTHING_ELSE,
        UNDERSTOOD_WRONG,
        identity,
        *verification,
        Rule(ASKS_METHOD, say=(f"{method[0].upper()}{method[1:]}, please.",)),
        CONFIRMS,
        Rule(ASKS_HOW_MUCH, say=("The full amount.",)),
        Rule(ASKS_WHEN, say=("Today, please.",)),
        Rule(ASKS_WHAT_TO_DO, say=("I'd like to pay the full amount now.", f"I'd like to pay it all by {method}.")),
        FAREWELL,
    )


QUESTIONS: dict[str, str] = {
    "else": ASKS_ANYTHING_ELSE,
    "understood": ASKS_WHETHER_UNDERSTOOD + r"|prefer another language",
    "there": r"are you (still )?there|can you hear me",
    "available": r"(come|get) to the (phone|telephone)",
    "person": ASKS_FOR_PERSON,
    "factors": ASKS_BOTH_FACTORS,
    "last_four": ASKS_LAST_FOUR,
    "postal_code": ASKS_POSTAL_CODE,
    "human": r"(speak|talk) (with|to) (a person|someone|our|a colleague)|(connect|put|transfer)(ed|ing)? you",
    "suggested": r"what about |can't call at that time|we (can|could) call .* instead",
    "when": r"good time to call|day and time|when (should|can|may|would) (we|i) (call|reach)|best time",
    "due_date": r"new due date|(move|push) it to|which day shall",
    "day": r"(by )?(which|what) (date|day)|day would|a day by which|when (can|could|will|would) you pay",
    "months": r"how many months|months[.:?]? which|which one would you like",
    "method": ASKS_METHOD,
    "confirm": ASKS_TO_CONFIRM,
    "counter": r"could you do that|as far as|would be possible|as far as|the least would be|shall we do that",
    "amount": ASKS_HOW_MUCH,
    "offer": ASKS_WHAT_TO_DO
    + r"|(suit|help|work for) you|(easier|possible|manageable) for you|make (that|it) easier|could you do"
    r"|day by which|little more time|(due date|full balance|instal)[^?]*\?",
}
"""What the agent may ask, by a name of ours, in the order in which it is recognised: a script names its answers so."""

USUAL: dict[str, tuple[str, ...]] = {
    "else": ("No, that's all, thank you.",),
    "there": ("Yes, I'm here.",),
    "person": ("Yes, this is {name}.", "Yes, speaking."),
    "factors": ("{last_four}, and the postal code is {postal_code}.",),
    "last_four": ("It's {last_four}.",),
    "postal_code": ("{postal_code}.",),
    "confirm": ("Yes, that's right.", "Yes."),
}
"""What a caller answers who has nothing else to say to it."""
