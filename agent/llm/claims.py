"""What a model must not claim: that something has happened which no tool has done ("I've set up your payment").

Rule I-21 and the contract of the tools: what is prepared is not done. A claim is told by its form, not by a list of
phrases: we did or are doing something, or a thing of the caller's has become so. Of the words that begin like one, those
of mere talk are let go ("I mentioned", "we looked at"). A claim passes when just that has been arranged in this call.
"""

import re
from collections.abc import Sequence

from archer.compliance.guardrail.amounts import amounts
from archer.conversation.policy.state import Arranged
from archer.conversation.policy.steps import decimal
from archer.conversation.words import spoken

NOTHING_DONE = "Nothing has been set up yet."
NOT_SO = "Nothing else has been changed."
"""Said in place of a claim when something was arranged, and not that."""

_ADVERBS = (
    r"(?:\s+(?:now|already|just|all|also|successfully|officially|been|gone ahead and|went ahead and|go ahead and|fully|"
    r"then|even|finally|actually|only|both|both just|hereby))*"
)
_TALK = (
    r"(?:mention|explain|offer|ask|notic|look|check|call|reach|want|hop|list|describ|appreciat|talk|discuss|suggest|"
    r"propos|review|tri|apologi[sz]|help|consider|bas|need|expect|prepar|learn|wonder|enjoy|us|cover|listen|answer|shar|"
    r"calculat|outlin|clarif|work|promis|believ|assum|lik|lov|car|miss|happen|pass|point|nam|stat|quot|compar|serv|"
    r"connect|interrupt|realiz|realis|decid|walk|touch|hear|figur|guess|cal|plann|intend|verifi|agre|laid|lay|indic|"
    r"summari[sz]|repeat|present|receiv)"
)
"""Beginnings of verbs with which nothing is done to the account."""
_PAST = (
    rf"(?:(?!{_TALK}|added up)[a-z]{{2,}}(?:ed|ied)\b|sent|split|let (?:the|them|our|him|her) |put(?! together)|set(?! out)|forgiven|forgave|withdrawn|withdrew|"
    r"written off|wrote off|written (?:it|that|this) down|cut|paid|done|did (?:it|that|this)|paused|stopped|"
    r"(?:taken|took) (?!a look|that into|this into|it into|into|the time|so long|note of that)|"
    r"got(?:ten)? (?:you|it|that|this|everything|your \w+|the \w+) (?:all )?(?:down|set|sched\w+|booked|arranged|done|"
    r"enrolled|covered|sorted|sent|fixed|moved|approved)|"
    r"made (?:a |an )?(?:\w+ )?(?:note|record)\b|ma(?:de|king) (?:the|that|this|your|an?|those) (?:\w+ )?(?:changes?|arrangements?|payments?|adjustments?|update|"
    r"exception)|given you (?:more time|an? \w*\s?(?:extension|discount|break|plan)|until))"
)
_NOTED = re.compile(
    r"^(?:i|we)\S*\s+(?:\w+\s+)*?(?:noted|made (?:a )?(?:\w+ )?(?:note|record)|recorded|marked|flagged|logged|documented|acknowledged|written)\b",
    re.IGNORECASE,
)
_OF_DEEDS = re.compile(
    r"\b(?:promise\w*|(?<!your )pay(?:ments?|ing)?|plan|due date|extension|link|arrange\w*|debit|transfer|agree\w*|settle\w*|calls?|list)\b",
    re.I,
)
"""What is merely noted is a deed only where it is a commitment or a right."""
_DOING = (
    r"(?:sending|setting (?:it|that|this|up|you|your|everything|the)|scheduling|moving|extending|adding|putting|enrolling|"
    r"cancel+ing|waiving|removing|recording|taking (?:you|your|off|it|that|the|this|care)|booking|applying|processing|"
    r"submitting|updating|arranging|transferring|clearing|crediting|refunding|reducing|closing|locking|signing you|"
    r"texting|emailing|mailing|changing|charging|freezing|stopping|pausing|finali[sz]ing|completing)"
)
_BECOME = (
    r"(?:set up|scheduled|arranged|confirmed|processed|sent(?! by)|booked|submitted|completed|complete|finali[sz]ed|approved|"
    r"waived|cancel+ed|reduced|cleared|charged|paid off|paid in full|paid|all set|set(?! by)|in place|gone through|"
    r"taken care of|taken off|settled|on (?:its|the) way|coming (?:now|right|to your|your way|over)|received|recorded|"
    r"extended|moved|pushed back|active|activated|done(?! (?:by|with|via|over|through|online|in|from)\b)|good to go|enrolled|removed|forgiven|updated|changed|closed|"
    r"credited|refunded|applied|accepted|posted|locked in|noted|stopped|paused|lifted|fixed|resolved|sorted|signed up|"
    r"registered|up and running|in effect|final|official|debited|withdrawn|texted|emailed|adjusted|granted|current)"
)
_HIS_OWN = (
    r"(?:\w+\s)?(?:rent|hours|shifts?|job|paychecks?|salary|wages|benefits|car|house|home|divorce|surgery|unemployment)"
)
_THING = (
    rf"(?:(?:your|the|that|this|a|an|all|our)(?!\s+(?:you|i|we|they|he|she|{_HIS_OWN})\b)(?:\s+[a-z-]+){{1,4}}?"
    r"|it|that|this|everything|all of (?:it|that))"
)
_MESSAGE = r"(?:text|link|message|confirmation|e-?mail|receipt|letter|notice)"
_SOON = (
    r"(?:now|shortly|soon|right away|right now|immediately|in a (?:moment|minute|second|few|bit)|within|"
    r"any (?:moment|second|minute)|momentarily|today)"
)
_ACTED = re.compile(
    rf"\b(?:i|we)(?:['’]ve| have| had)?{_ADVERBS}\s+{_PAST}"
    rf"|\b(?:i|we)(?:['’]ve| have)\s+(?:removed|taken)\b"
    rf"|\b(?:i['’]m| i am|^i am|we['’]re|we are)(?:\s+(?:now|just|also|already|currently|going ahead and))*\s+{_DOING}\b"
    rf"|\b(?:i|we)(?:['’]ve| have)(?: got)? (?:it|that|this|you|everything|(?:your|the)(?: [a-z-]+){{1,3}}?)"
    rf"(?: all| now| already)* {_BECOME}\b"
    r"|\b(?:i|we) (?:was|were|have been|['’]ve been) able to (?!find|look|see|offer|help|talk|reach|hear|confirm)",
    re.IGNORECASE,
)
"""We did it, or are doing it."""
_AT_ONCE = re.compile(
    r"\b(?:i|we)(?:['’]ll| will)\s+(?:\w+\s+)?(?:send|text|e-?mail|set|book|schedule|process|put|move|extend|waive|"
    rf"remove|cancel|update)\b[^.?!]{{0,60}}\b{_SOON}\b",
    re.IGNORECASE,
)
"""We do it this very moment."""
_BECAME = re.compile(
    rf"\b{_THING}(?:['’]s|['’]re|\s+is|\s+are|\s+has|\s+have|\s+was|\s+were|\s+got){_ADVERBS}\s+{_BECOME}\b"
    rf"|\byou(?:['’]re|\s+are|['’]ve been|\s+have been|\s+were){_ADVERBS}\s+(?:all set|set|enrolled|signed up|registered|"
    rf"approved|confirmed|good to go|covered|booked|paid up|current|caught up|off (?:our|the|that)|in the (?:plan|program)|"
    rf"scheduled|set up|on (?:a|the|our|your) (?:[\w-]+ ){{0,3}}plan)\b"
    rf"|\byour (?:[\w-]+ ){{0,3}}?(?:plan|payments?|instal+ments?|extension) (?:now |already )?"
    rf"(?:will (?:come out|go out|start|begin|be (?:taken|debited|withdrawn|deducted|charged))|starts|begins|kicks in|goes out|comes out|goes through|went through|came through|took effect)\b"
    rf"|{_THING}\s+(?:just )?(?:went|came|has gone|have gone) (?:through|out)\b"
    rf"|\byour (?:due date|balance|payment|plan|account) (?:is|are) now\b"
    rf"|\byour (?:[\w-]+ ){{0,2}}?new (?:due date|plan|balance|payment date) (?:is|has)\b"
    rf"|\byou(?:['’]ll| will)(?: now)? (?:get|receive|see|have|find) (?:the|your|a|an) (?:[\w-]+ ){{0,3}}?{_MESSAGE}\b"
    rf"[^.?!]{{0,40}}\b{_SOON}\b"
    rf"|\bconsider it done\b|\bthe (?:payment|transfer|link|plan) (?:went|came|has gone|just went) (?:through|out|over)\b",
    re.IGNORECASE,
)
"""A thing of the caller's has become so."""
_BARELY = re.compile(
    r"^\W*(?:(?:great|okay|ok|perfect|all right|alright|good|wonderful|there|and|so|thank you|thanks|excellent|done)\W+)*"
    r"(?:(?:sending|texting|booking|scheduling|setting up|processing) (?:it|that|the \w+|your \w+)(?: up| over)?|"
    r"(?:it['’]s |that['’]s |all |you['’]re |(?:your |the )?(?:payment |plan |link |text |transfer |extension |promise )+)?"
    r"(?:done|all set|set|booked|sent|scheduled|sorted|confirmed|there you go|"
    r"all done))(?: and (?:done|dusted))?(?: for you| now| then)*\W*$",
    re.IGNORECASE,
)
"""Nothing but "done"."""
_CLAUSE = re.compile(r"[,;:.!?–—]|\b(?:and|but|so)\b", re.IGNORECASE)
_CONDITION = re.compile(r"\b(?:once|if|when|whenever|after|until|before|as soon as|unless|whether)\b", re.IGNORECASE)
"""Before the claim, in a clause of its own or in the same: it is so only then."""
_UNREAL = re.compile(
    r"\b(?:once|if|when|whenever|after|until|before|as soon as|unless|whether|not|never|nothing|no|none|cannot|without|"
    r"neither|would|could|can|may|might|should|shall|do|say|said|says|mentioned|told|think|believe|mean|understand|hear|"
    r"want|wish|need|like|that you|ask|asked|make sure|see if|wonder|how|which)\b|n['’]t\b",
    re.IGNORECASE,
)
"""Before the claim in the same clause: it is said to be possible, wanted, denied, or told by the caller."""
_DEPENDS = re.compile(
    r"^[^.?!,]{0,40}\b(?:once|only (?:if|after|when|once)|as soon as|after|when|if|until|unless|each time|by each)\b",
    re.I,
)
"""Behind it: it is so only then."""
_ASKS = re.compile(
    r"^\W*(?:(?:and|so|but|okay|ok|well|now)\W+)*(?:did|does|do|is|are|was|were|has|have|had|would|could|can|shall|should|"
    r"will|what|which|when|how|who|why|where|may|or)\b",
    re.IGNORECASE,
)
_WORD = re.compile(r"[a-z]+")
_WE = frozenset({"i", "we"})
_SO = frozenset(
    _WORD.findall(
        "set up scheduled arranged confirmed processed sent booked submitted completed complete finalized finalised approved "
        "waived canceled cancelled reduced cleared charged paid place through care off settled way coming received recorded "
        "extended moved back active activated done go enrolled removed forgiven updated changed closed credited refunded "
        "applied accepted posted locked noted stopped paused lifted fixed resolved sorted signed registered running effect "
        "final official debited withdrawn texted emailed adjusted granted current covered plan program starts begins kicks "
        "goes comes went came gone took new will sending texting booking scheduling setting processing now soon shortly momentarily immediately today within moment minute second"
    )
)
"""Without one of these words nothing is said to have become so."""


def claimed(sentence: str) -> str | None:
    """The words that claim a deed, None when the sentence claims none."""
    words = frozenset(_WORD.findall(sentence.lower()))
    found = None if words.isdisjoint(_WE) else _act(sentence)
    return found or (None if words.isdisjoint(_SO) else _become(sentence))


def _act(sentence: str) -> str | None:
    for found in _ACTED.finditer(sentence):
        clause = _CLAUSE.split(sentence[: found.start()])[-1]
        merely_noted = _NOTED.match(found.group()) and not _OF_DEEDS.search(sentence)
        if not (merely_noted or _UNREAL.search(clause)):
            return found.group().strip()
    now = _AT_ONCE.search(sentence)
    return now.group() if now and not _UNREAL.search(sentence[: now.start()]) else None


def _become(sentence: str) -> str | None:
    if bare := _BARELY.search(sentence):
        return bare.group().strip()
    asks = sentence.rstrip().endswith("?") and _ASKS.match(sentence)
    for found in () if asks else _BECAME.finditer(sentence):
        before = sentence[: found.start()]
        unreal = _CONDITION.search(before) or _UNREAL.search(_CLAUSE.split(before)[-1]) or _UNREAL.search(found.group())
        if not (unreal or _DEPENDS.search(sentence[found.end() :])):
            return found.group().strip()
    return None


_KINDS = (
    (re.compile(r"\b(?:link|text(?:ed)?|message)\b", re.I), frozenset({"sms_link"})),
    (re.compile(r"\b(?:transfer|withdraw\w*|debit\w*|bank account)\b", re.I), frozenset({"bank_transfer"})),
    (re.compile(r"\b(?:plan|instal+ments?|months?|enrol+ed|monthly)\b", re.I), frozenset({"plan"})),
    (re.compile(r"\b(?:due date|extension|extend\w*|more time)\b", re.I), frozenset({"extension"})),
    (re.compile(r"\bpromise\w*\b", re.I), frozenset({"promise"})),
    (
        re.compile(r"\bpay\w*\b", re.I),
        frozenset({"payment", "settlement", "plan", "promise", "sms_link", "bank_transfer"}),
    ),
)
"""Of which arrangement a claim speaks; one that names none speaks of any."""
_BEYOND = re.compile(
    r"\b(?:fees?|charges?|interest|waiv\w*|remov\w*|forgiv\w*|reduc\w*|cancel\w*|clos\w*|refund\w*|credit\w*|clear\w*|"
    r"written off|wrote off|(?:off|from) (?:our|the|any) list|stop\w*|paus\w*|freez\w*|froz\w*|lift\w*|e-?mail\w*|receipt|"
    r"letter|current|caught up|paid (?:off|in full|up)|received|went through|gone through|balance (?:is|has|was))\b",
    re.IGNORECASE,
)
"""What no arrangement does."""
_DAY = re.compile(
    r"\b(?:january|february|march|april|may|june|july|august|september|october|november|december)\s+(?:the\s+)?([a-z-]+|\d+)",
    re.IGNORECASE,
)


def unfounded_claim(sentence: str, in_force: Sequence[Arranged] = ()) -> str | None:
    """The words that claim a deed which is not among what was arranged; None when there are none."""
    claim = claimed(sentence)
    if claim is None or any(_is_so(sentence, one) for one in in_force):
        return None
    return claim


def _is_so(sentence: str, one: Arranged) -> bool:
    """The sentence claims no more than this arrangement: of its kind, with its amounts and its day."""
    if _BEYOND.search(sentence):
        return False
    asked = [names for words, names in _KINDS if words.search(sentence)]
    if asked and not asked[0] & {one.kind, one.method}:
        return False
    known = {decimal(value) for value in (one.amount, one.each, one.last, one.down_payment)}
    if any(not amount.values & known for amount in amounts(sentence.lower())):
        return False
    days = _DAY.findall(sentence)
    if days and one.date is None:
        return False
    return all(_same_day(day, one.date or "") for day in days)


def _same_day(word: str, iso: str) -> bool:
    number = int(iso[8:10] or 0)
    return word.lower() in {str(number), spoken.ordinal(number), spoken.cardinal(number)} or word.startswith(
        str(number)
    )
