"""The allow-list: every sentence that may be spoken before the caller's identity is verified.

Rules I-01, I-03 … I-08 and I-14. Nothing here states or implies a debt, a balance or a business relationship;
`archer.conversation.order` refuses before verification whatever is not in this list, and looks at the words of
what is. Fields: {intro} {business} {name} {number} {code}; {when} in `callback_booked`, `callback_hour` and
`callback_suggest`.
"""

from archer.conversation.words import questions
from archer.conversation.words.sentence import Sentence, sentence

OPENING: dict[str, Sentence] = {
    "opening": sentence(
        "Hello, this is {intro} on a recorded line; to opt out of these calls, say stop or press nine at any time.",
        interruptible=False,
    ),
    "opening_inbound": sentence(
        "Thank you for calling; this is {intro} on a recorded line, and to opt out you can say stop or press nine "
        "at any time.",
        interruptible=False,
    ),
    "opening_resumed": sentence(
        "I'm sorry, we were cut off; this is {intro} again, still on a recorded line, and you can say stop or press "
        "nine at any time to opt out.",
        interruptible=False,
    ),
}
"""What has to come first: business name, automated, recorded, the way out."""

IDENTITY: dict[str, Sentence] = {
    "ask_person": sentence(
        "Am I speaking with {name}?",
        "I'm calling for {name}. Is that you?",
        "Just to be sure, is this {name}?",
    ),
    "ask_person_inbound": sentence(
        "Am I speaking with {name}?",
        "Just to be sure, is this {name}?",
        "May I ask, are you {name}?",
    ),
    "ask_available": sentence(
        "Is {name} there and able to come to the phone?",
        "Could {name} come to the phone?",
    ),
    "third_party_message": sentence(
        "Thank you. Please ask {name} to call {business} at {number}. Goodbye.",
    ),
    "representative": sentence(
        "I may not go into anything here, but a colleague can tell you which papers let you act for {name}.",
    ),
    "wrong_number_sorry": sentence(
        "I'm sorry to have troubled you. We won't call this number for {name} again. Goodbye.",
    ),
    "wrong_number_sorry_unsaved": sentence("I'm sorry to have troubled you. Goodbye."),
    "personal_matter": sentence(
        "This is {intro}. I'm calling for {name} about a personal business matter.",
        "It's a personal business matter for {name}. I can say more once I know whom I'm speaking with.",
    ),
    "personal_matter_inbound": sentence(
        "This is {intro}. I can help as soon as I know whom I'm speaking with.",
    ),
    "verify_first": sentence(
        "I can say more once I've confirmed whom I'm speaking with.",
        "I'll be glad to go into that as soon as I've confirmed your identity.",
        warm="I'd like to help with that. First I have to make sure that I'm speaking with the right person.",
    ),
}
"""Until somebody has said that he or she is the person asked for."""

VERIFICATION: dict[str, Sentence] = {
    "ask_factors": sentence(
        "Thank you. To protect your privacy, could you tell me the last four digits of your account number, and your "
        "{code}? You can also key them in.",
        "To confirm your identity, I need the last four digits of your account number and your {code}. Could you "
        "give me those?",
        "I didn't get those. One digit at a time, what are the last four digits of your account number, and then "
        "your {code}?",
    ),
    "ask_last_four": sentence(
        "Thank you. And what are the last four digits of your account number?",
        "Which four digits does your account number end with? You can say them one at a time or key them in.",
    ),
    "ask_postal_code": sentence(
        "Thank you. And what is your {code}?",
        "Could you tell me your {code} once more, one character at a time?",
    ),
    "factors_wrong": sentence(
        "I'm sorry, that does not match what we have on file. Let's try once more.",
        warm="I'm sorry, that didn't match what we have on file. That happens; let's try once more.",
    ),
    "why_factors": sentence(
        "I ask so that nobody but you hears what I have to say.",
        "It's only to protect your privacy; without it I can't go on.",
    ),
    "verification_failed": sentence(
        "I'm sorry, I can't confirm your identity today, so I have to stop here. Please call {business} at {number}. "
        "Goodbye.",
    ),
}
"""Between the claim to be that person and its proof."""

ANYTIME: dict[str, Sentence] = {
    "yes_automated": sentence(
        "Yes, I'm an automated assistant with {business}, not a person.",
        "That's right, I'm an automated assistant. If you'd rather speak with a person, just say so.",
    ),
    "pardon": sentence(
        "I'm sorry, I didn't catch that.",
        "I'm sorry, I still didn't understand. In a few words, please.",
        warm=("Sorry, I didn't quite catch that.", "Excuse me, I still didn't get it. A few words are enough."),
    ),
    "are_you_there": sentence("Hello, are you still there?", "I can't hear you. Are you there?"),
    "goodbye_silence": sentence(
        "I can't hear you, so I'll end the call here. You can reach {business} at {number}. Goodbye."
    ),
    "take_your_time": sentence("Of course, take your time.", "No hurry, I'll wait."),
    "one_moment": sentence(
        "One moment, please.", "Just a moment longer.", "Thank you for waiting; still working on it."
    ),
    "youre_welcome": sentence("You're welcome."),
    "digression": sentence(
        "That's not something I can help with on this call.",
        "I'm afraid I can't help with that here.",
        warm="I wish I could help with that, but I can't on this call.",
    ),
    "complaint": sentence("I'm sorry about those calls, and I've noted your complaint."),
    "condolence": sentence("I'm very sorry for your loss. If another day is better for you, just say so."),
    "emergency": sentence(
        "I'm sorry; this call can wait. If you need help right away, please hang up and dial nine one one. Goodbye.",
    ),
    "emergency_perhaps": sentence(
        "I'm sorry to hear that. If you need help right away, please hang up and dial nine one one."
    ),
    "sorry_upset": sentence(
        "I'm sorry for the frustration.",
        "I hear you, and I'm sorry.",
        warm=("I'm sorry, I can hear that this is frustrating.", "I understand, and I'm sorry that it feels this way."),
    ),
    "trust": sentence(
        "It's right to be careful, and you don't have to tell me anything. You can hang up and call {business} at a "
        "number that you look up yourself.",
        warm="You're right to be careful. Please don't tell me anything that you're not comfortable with; you can hang "
        "up and call {business} at a number that you look up yourself.",
    ),
    "trust_goodbye": sentence(
        "That's quite all right. Please call {business} at a number that you trust. Goodbye.",
    ),
    "trust_go_on": sentence("If you'd like to go on with me:"),
    "card_digits": sentence(
        "Please stop there: for your safety I must not hear those numbers, and I won't keep them.",
    ),
    "keypad_hint": sentence("I noticed a key. Zero is for a person, nine to stop these calls."),
    "offer_person": sentence(
        "Would you like to speak with a person instead?",
        "Shall I connect you with a person?",
        warm="Would it help if I connected you with one of my colleagues?",
    ),
    "finding_person": sentence("Let me find someone for you."),
    "understanding_trouble": sentence("I'm having trouble understanding, so let me find a person for you."),
    "connecting": sentence("Thank you. I'm connecting you with a colleague now; please stay on the line."),
    "nobody_free": sentence("I'm sorry, none of my colleagues is free right now."),
    "nobody_reached": sentence("I'm sorry, I can't connect you with a colleague right now."),
    "ask_when": sentence(
        "When would be a good time to call you?",
        "Which day and time would suit you for a call?",
        warm="What day and time would be easiest for you?",
    ),
    "when_unclear": sentence("I didn't catch the day and time."),
    "callback_hour": sentence("What time on {when} would be a good time to call?"),
    "callback_suggest": sentence("We can't call at that time. What about {when}?"),
    "callback_too_far": sentence("I can book a call until {when} at the latest."),
    "callback_booked": sentence(
        "Thank you. We'll call you {when}. You can also reach {business} at {number}. Goodbye."
    ),
    "callback_booked_plain": sentence(
        "Thank you, the call is booked. You can also reach {business} at {number}. Goodbye."
    ),
    "callback_failed": sentence(
        "I'm sorry, I couldn't book a call. Please call {business} at {number} when it suits you. Goodbye.",
    ),
    "goodbye": sentence("Thank you. You can reach {business} at {number}. Goodbye."),
    "goodbye_again": sentence("Goodbye."),
    "goodbye_long": sentence("We've been talking for a while, so let me find a person for you."),
    "system_trouble": sentence(
        "I'm sorry, our system isn't answering right now.",
    ),
    "call_us": sentence("Please call {business} at {number}, and a colleague will help you. Goodbye."),
    **questions.ANYTIME,
}
"""Courtesies, truths and ways out that fit every moment of a call."""

DANGER: dict[str, Sentence] = {
    "danger_suicide": sentence(
        "I'm so sorry that you're going through this, and you matter more than anything else on this call. Please call "
        "or text nine eight eight, where somebody listens at any hour; in danger, please dial nine one one.",
        "I hear you, and I'm so sorry. Somebody at nine eight eight is there for you at any hour.",
    ),
    "danger_violence": sentence(
        "I'm so sorry; nobody should have to live with that. In danger, please hang up and dial nine one one.",
        "I'm so sorry. In danger, please hang up and dial nine one one.",
    ),
    "danger_connecting": sentence("Please stay on the line; I'm connecting you with a person."),
    "danger_nobody": sentence(
        "I'm an automated assistant, and none of my colleagues is free, but somebody at nine eight eight is.",
    ),
    "danger_question": sentence(
        "Will you call or text nine eight eight?",
        "Would you do that, call or text nine eight eight?",
    ),
    "danger_farewell": sentence(
        "Nine eight eight is there at any hour, and I've noted this for my colleagues. Please take good care of "
        "yourself. Goodbye.",
    ),
}
"""To somebody who is in danger: whom to call, a person, and no word of anything else."""

RIGHTS: dict[str, Sentence] = {
    "cease_done": sentence(
        "I understand, and I've recorded that you don't want these calls. We'll stop calling you. Goodbye.",
    ),
    "inconvenient_done": sentence("I've noted when not to call you. Sorry for the bad moment. Goodbye."),
    "inconvenient_noted": sentence("I've noted when not to call you, and I'm sorry for the bad moment."),
    "work_done": sentence("I've noted not to call you at work. Sorry for the bad moment. Goodbye."),
    "attorney_done": sentence(
        "Thank you for telling me. I've noted that you have an attorney, and I'll end this call now. You can reach "
        "{business} at {number}. Goodbye.",
    ),
    "bankruptcy_done": sentence(
        "Thank you for telling me. I've noted that, and I'll end this call now. You can reach {business} at {number}. "
        "Goodbye.",
    ),
    "deceased_done": sentence(
        "I'm very sorry for your loss. I've noted it, and I won't trouble you further. If you need us, {business} is "
        "at {number}. Goodbye.",
    ),
    "identity_theft_done": sentence(
        "I'm sorry to hear that. I've noted it, and I'll stop here. A specialist can help you at {number}. Goodbye.",
    ),
    "dispute_noted": sentence(
        "I understand. I've noted what you told me, and I'll stop here. You can reach {business} at {number}. Goodbye.",
    ),
    "military_done": sentence("Thank you for your service, and for telling me. There may be protections for you."),
    "language_done": sentence("I'm sorry, I speak only English. Let me find someone to help you."),
    "do_not_record_done": sentence(
        "I've noted that you don't want to be recorded. This call can't continue then, but a person can help you.",
    ),
    "already_noted": sentence("Thank you, I've noted that."),
    "right_unsaved": sentence(
        "I understand, and I'll end this call now. If you want to be certain that it is on file, {business} is at "
        "{number}. Goodbye.",
    ),
    "check_cease_contact": sentence("Do you want us to stop calling you?"),
    "check_attorney": sentence("Are you telling me that an attorney represents you?"),
    "check_bankruptcy": sentence("Are you telling me that you have filed for bankruptcy?"),
    "check_deceased": sentence("Did I understand that {name} has passed away?"),
    "check_identity_theft": sentence("Did I understand that someone misused your identity?"),
    "check_wrong_number": sentence("Did I understand that this is the wrong number for {name}?"),
    "check_third_party": sentence("Did I understand that {name} is not there right now?"),
    "check_do_not_record": sentence("Did I understand that you don't want to be recorded?"),
    "check_request_human": sentence("Would you like to speak with a person?"),
    "check_language_request": sentence("Would you prefer another language?"),
    "check_military": sentence("Are you telling me that you're serving in the military?"),
    "check_dispute_debt": sentence("Are you telling me that something is not right?"),
    "check_same_person": sentence("Am I still speaking with {name}?", "Just to be sure, are you {name}?"),
    "check_passed": sentence("Thank you, then I misunderstood."),
}
"""A right that the caller invokes is confirmed in neutral words, whoever the caller may be."""

SENTENCES: dict[str, Sentence] = {**OPENING, **IDENTITY, **VERIFICATION, **ANYTIME, **DANGER, **RIGHTS}
