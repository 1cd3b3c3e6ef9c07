"""The phrases by which people answer yes or no, and those by which they do neither."""

import re


def _listed(text: str) -> tuple[str, ...]:
    return tuple(phrase for phrase in text.replace("\n", "|").split("|") if phrase)


YES = _listed("""
you can|you may|that is my name|i'm happy with|i'm all for|i'm for it|i'm on board|on board|i'm up for it|i'm happy to
i'd be up for that|that's agreeable|agreeable|you're on|we're on|i'm willing|i am willing|willing to|i'm happy
alrighty|righto|sounds like a plan|sounds about right|i'm okay with|i'm fine with|i'm good with|i'm ok with
sounds reasonable|fair enough|makes sense|that makes sense|that's reasonable|that's doable|doable
you're right about that|i reckon so|reckon so|'fraid so|fraid so|you could say so|you could say that|yessum
i'd appreciate that|i would appreciate that|i'd be glad to|glad to|let's go with that|we have a deal|that's what i said
that's what i want|that's him|that's her|i'll take that|i'll do that|i'll take it|that'd work|that'll do|sign me up
go right ahead|feel free|surely|most definitely|most certainly|without question|seems right|it does|they do|she did
he did
they did|amen|i'm able to|right on|yeppers|true enough|i do indeed|very well|i have no issue with that|that checks out
yes|yeah|yep|yup|yah|ya|yea|ye|yeh|yess|yas|aye|ayuh|si|sí|oui|ja|da|claro|por supuesto|y|sure|sure thing|for sure
of course|absolutely
definitely|certainly|indeed|affirmative|exactly|precisely|totally|naturally|correct|right|that's right|that is right
thats right|that's correct|that is correct|thats correct|true|that's true|that is true|okay|ok|okey|okey dokey|k
alright|all right|fine|that's fine|that is fine|thats fine|it's fine|its fine|fine by me|fine with me|okay with me
agreed|i agree|i accept|accepted|deal|it's a deal|confirmed|i confirm|i do|i am|i did|i have|i can|i will
i was|we do|we are|we did|we have|we can|we will|it is|it was|it does|he is|she is|they are|i do agree|yes i do
i'll do it
go ahead|please do|do it|do that|let's do it|lets do it|let's do that|lets do that|let's go|go for it|proceed|continue
carry on|keep going|sounds good|sounds great|sounds fine|sounds right|sounds perfect|sound good|that sounds good
that sounds right|that sounds great|that works|works for me|that works for me|that'll work|that will work
that would work
that would be great|that would be good|that would be fine|that would be nice|that'd be great|that'd be fine
that'd be good

no problem|no problem at all|not a problem|no worries|no objection|no objections|no doubt|no doubt about it|no question
without a doubt|no issue|no issues|why not|sure why not|i don't see why not|i dont see why not|don't see why not
i see no reason why not|can't see why not|i can't see why not|i don't mind|i dont mind|i wouldn't mind|don't mind at all
don't mind if i do|i don't mind at all|can't say no to that|cannot say no to that|say no more|couldn't agree more
could not agree more|i couldn't agree more|you bet|you betcha|you got it|you know it|bet|yes please|please|yes sir
yes ma'am|yessir|roger|roger that|ten four|copy that|by all means|be my guest|as you wish|whatever you need|will do
can do|i'll take it|count me in|i'm in|im in|i'm game|i'm down|i'm okay with that|i'm ok with that|i'm fine with that
i'm good with that|good with me|good by me|ok with me|suits me|it's okay|its okay|it's ok|its ok|that's okay|that's ok
that is okay|thats okay|thats ok|that is ok|that's good|that is good|thats good|that's great|that's perfect|that's me
thats me|that is me|it's me|its me|this is he|this is she|this is him|this is her|you're speaking to him
you're speaking to her|speaking|i think so|i guess so|i suppose so|i suppose|i believe so|i'd say so|i would say so
i'm afraid so|uh huh|uhhuh|mm hmm|mmhmm|mhm|mmhm|mm hm|mhmm|um hum|uh hum|m hm|heck yes|heck yeah|hell yes|hell yeah
one hundred percent|hundred percent|no i mean yes|i said yes|the answer is yes|i'd say yes|i would say yes
that's it exactly
you're right|you are right|that's the one|that is the one|looks good|looks right|looks correct|all good|it's all good
as far as i know|to my knowledge|might as well|more than happy|gladly|with pleasure|my pleasure|that's accurate|accurate
spot on|bingo|you're correct|you are correct|i understand|understood|got it|i got it|i'm sure|i am sure|i'm ready
i am ready|ready|i'm positive|positive|it sure is|sure is|sure do|i sure do|sure did|i sure did|sure can|sure am
of course i do|of course it is|why wouldn't i|not wrong|not incorrect|i can't argue with that|nothing against it
i have no problem with that|i've no problem with that|i don't have a problem with that|i got no problem with that
no harm|it's not a problem|that's not a problem|that is not a problem|it isn't a problem|won't be a problem|works
that's no problem|absolutely yes|let's|yes let's|i'd want that|i want that|sure enough|yuppers
i don't have any objection|i have no objection|i have no objections|i'm not opposed|i'm not against it|certo|vale
""")

WEAK_YES = (
    """
i could|i would|i'd love to|i would love to|i'd like to|i would like to|love to|happy to|i'd be happy to|i want to
i do want to|i'd like that|i would like that|perfect|great|wonderful|awesome|excellent|cool|good|sweet|lovely
fantastic|super|that's it|thats it|beautiful|nice
""".replace("\n", "|")
    .strip("|")
    .split("|")
)

NO = _listed("""
let's not|not agree|not comfortable|not willing|i'm not comfortable|i'm not willing|not happening|not ever|not unless
not possible|that's not possible|impossible|that's impossible|unfortunately not|afraid not|ain't|that ain't|no dice
nothing doing|i'd say not|not the case|that's not the case|unable|i'm unable|not able|i'm not able|that's a lie|nix
not on your life|no longer|can't make it|you've got it wrong|somebody else|that's somebody else|not gonna happen|no go
not something i want|not so fast|i have to say no|that's off|nope nope|wrong person|not a fan|absolutely no|no good
no|nope|nah|naw|nay|non|nein|nada|n|negative|never|no way|no thanks|no thank you|no sir|no ma'am|no no|no no no
not at all
not really|not exactly|not quite|not yet|not now|not today|not right now|not at this time|not at the moment
not this time
not particularly|not interested|i'm not interested|not me|that's not me|that isn't me|thats not me|not him|not her
not anymore|not any more|not true|that's not true|that isn't true|not right|that's not right|that isn't right
that is not right|thats not right|not correct|that's not correct|that isn't correct|that is not correct|incorrect
wrong|that's wrong|thats wrong|that is wrong|false|that's false|that is false|untrue|absolutely not|definitely not
certainly not|of course not|probably not|i'm afraid not|im afraid not|i think not|i'd say no|i would say no|i said no
the answer is no|hell no|heck no|uh uh|nuh uh|nuhuh|mm mm|nu uh|un uh|unh unh|i don't|i dont|i do not|i'm not|im not
i am not
i didn't|i didnt|i did not|i haven't|i have not|i havent|i can't|i cant|i cannot|i can not|i won't|i wont|i will not
i couldn't|i could not|i wouldn't|i would not|i wasn't|we don't|we aren't|we didn't|we haven't|we can't|we won't
it isn't|it's not|its not|it is not|it wasn't|it was not|it doesn't|it does not|he isn't|he's not|she isn't|she's not
they aren't|they're not|that won't work|that will not work|won't work|doesn't work|does not work|that doesn't work
that doesn't work for me|doesn't work for me|not going to work|that's not going to work|not good|that's not good
not okay
not ok|that's not okay|that's not ok|that's not fine|not fine|not fine with me|not okay with me|not okay with that
i'm not okay with that|i disagree|don't agree|i don't agree|i do not agree|disagree|no deal|pass|hard pass|i'll pass
i will pass|i pass|i decline|declined|i refuse|i reject|i'd rather not|i would rather not|rather not|i'd prefer not to
i'd prefer not|prefer not to|i would prefer not to|better not|let's not|lets not|don't|do not|please don't|don't do that
please do not|stop|leave it|i don't think so|i dont think so|i do not think so|don't think so|i don't believe so
i do not believe so|i guess not|i suppose not|i hope not|i doubt it|doubt it|no chance|not a chance|fat chance
not happening|i reckon not|reckon not|fraid not|negatory|nowhere near|not even close
not in a million years|over my dead body|forget it|forget about it|nothing|none|neither|i wish|no can do
out of the question
not that i know of|not that i'm aware of|not that i recall|not to my knowledge|never got it|never did|i never did
i never
wrong number|nobody|no one|nothing else|not necessary|not needed|no need|no need to|that's a no|it's a no|hardly
i can't say yes|i can't agree to that|can't do that|can't do it|cannot do that|i can't do that|not a good idea|bad idea
don't want to|i don't want to|i do not want to|i don't want that|no desire|nothing of the sort|on the contrary
under no circumstances|by no means|in no way|far from it|no siree|not for me|not likely|unlikely|no bueno
not so much|count me out|i'm out|yeah right|as if|no dice|not willing|i'm not willing|i'm good|im good
i'm all set|im all set|i'm okay|i'm ok|i'm fine|im fine|i'm good thanks|can't|cannot|won't|doesn't|isn't|wasn't
don't want
not the right|not my|that's not my|that isn't my|not mine|that's not it|that isn't it|not sure i want that|couldn't
wouldn't
that's not what i said|that is not what i said|that's not what i want|hasn't|haven't|didn't|never have|never had
never was
""")

MAYBE = _listed("""
maybe|perhaps|possibly|probably|it depends|depends|that depends|we'll see|we will see|i'll see|kind of|kinda|sort of
sorta
more or less|could be|might be|i might|it might|i may|yes and no|yes or no|not necessarily|i'm on the fence
fifty fifty|i hope so
hopefully|it could be|i'll think about it|i'll have to think about it|i have to think about it|i need to think
maybe not|maybe later
""")

UNSURE = _listed("""
not a hundred percent|not one hundred percent|not 100 percent|i wouldn't know|wouldn't know|how would i know
can't say for sure|i can't say for sure|cannot say for sure|hard to tell|your guess|need more information
i need more information
please repeat|repeat that|tell me more|please explain|explain that|please speak|please say|please tell
couldn't say|could not say|let me think|let me see
let me think about it
i don't know|i dont know|i do not know|dunno|i dunno|don't know|not sure
i'm not sure|im not sure|i am not sure|not certain|i'm not certain|not entirely sure|i'm not entirely sure|unsure
no idea
i have no idea|no clue|i have no clue|hard to say|who knows
i can't say|i cannot say|i couldn't say|i can't tell|what if|i wonder|i'm thinking|sometimes|either way
either|whatever|i don't care|doesn't matter|it doesn't matter|i'll let you know|i can't remember|i don't remember
i don't recall|i can't recall|i'd have to check|let me check|i have to check|i need to check
i can't tell you|i cannot tell you|i could not tell you
couldn't tell you|could not tell you|can't tell you|cannot tell you|no telling|search me|i wish i knew|wish i knew
who's to say|god knows|lord knows|heaven knows|can't be sure|couldn't be sure
i have to ask|let me ask|i need to ask|i'm not so sure|not so sure|not too sure|i don't understand|i do not understand
i didn't understand|i didn't hear you|i didn't hear|i didn't catch that|didn't catch that|i can't hear you|i'm confused
i'm undecided|come again|say again|pardon|pardon me|excuse me|huh|hello|wait|hold on|hang on|one second|one moment
if you say so|it's complicated|can't decide|i can't decide|not a hundred percent sure|i'm torn
i didn't get that|didn't get that|not one hundred percent sure|i guess|i couldn't tell you|beats me
i'm not really sure|not really sure|couldn't hear|can't hear|i couldn't hear you|i couldn't understand|don't understand
""")

NEUTRAL = _listed("""
good morning|good afternoon|good evening|good night|good luck|good question|good point|right now|right away|right here
right there|that kind of|this kind of|some kind of|any kind of|what kind of|no one|have a good|a good day|all the time
uff da
""")
"""Phrases that hold the words of an answer and are none."""

OPEN_ENDED = frozenset(
    _listed("""
i have|i am|i was|i did|i do|we do|we are|we did|we have|it is|it was|it was|it does|he is|she is|they are|they do
she did
he did|they did|you can|you may
""")
)
"""Answers only where nothing else follows that makes them a statement ("I have a question")."""

PLAIN_YES = frozenset(
    {"yes", "yeah", "yep", "yup", "sure", "okay", "ok", "si", "sí", "oui", "absolutely", "definitely"}
)
PLAIN_NO = frozenset({"no", "nope", "nah", "naw", "nay", "non", "negative", "no no", "no no no", "no sir", "no ma'am"})
"""Words that answer by themselves, whatever stands before them in the clause."""

EXPLETIVES = frozenset({
    "um", "uh", "er", "erm", "hmm", "hm", "ah", "oh", "well", "like", "so", "just", "really", "actually", "honestly",
    "basically", "literally", "gosh", "uhm", "umm", "man", "dude", "look", "listen", "see", "ma'am", "sir", "buddy",
    "friend", "damn", "freaking", "very", "quite",
})  # fmt: skip
"""Words that change nothing; dropped before phrases are read."""

_SUBJECT = r"(i|you|we|they|he|she|it|this|that|there|these|those|my|the|your|someone|somebody|anyone|everything|all)"
COUNTER_QUESTIONS = (
    re.compile(
        r"(what|who|whose|when|where|how|which|whom|what's|who's|where's|how's|when's)\b(?! a (relief|great|good))"
    ),
    re.compile(r"why\b(?! (not|wouldn't|yes|of|certainly|sure|absolutely|thank)\b)"),
    re.compile(
        rf"(is|are|am|was|were|do|does|did|can|could|would|will|should|may|have|has|isn't|aren't|don't|doesn't"
        rf"|didn't|can't|couldn't|won't|wouldn't|shouldn't) {_SUBJECT}\b"
        r"(?!$)(?! (too|please|for me|now|today|then|that|this way|again)$)"
    ),
    re.compile(r"(is|does|will|would|can|could|did|was|are|isn't|doesn't|won't) (it|that|this|you|i|we)$"),
    re.compile(r"do (you|i|we|they)$"),
    re.compile(r"(can|could|would|will) you (repeat|say|tell|explain|speak)\b"),
    re.compile(r"(say|come) (that )?again\b"),
)

AFTER_ANYTHING_ELSE = re.compile(
    r"\b(that's|thats|that is|that was|that'll be|that will be) (all|it|everything)\b|\bi'?m (all )?(good|set|fine"
    r"|okay|ok)\b|^(all good|i think that's it|we're good|nothing|all set|good|thanks?|thank you|nothing else)\b"
    r"|\bi think (i'm|that's)\b"
)
