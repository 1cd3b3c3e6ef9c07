"""The answers to what callers ask in between, whatever the call is waiting for.

Nothing here promises anything: what the tools did not name is not known here, and who asks for it gets the number to
call (I-01, I-18, G-09, G-16). `ANYTIME` may be said to anybody; `ACCOUNT` only to the verified person.
"""

from archer.conversation.words.sentence import Sentence, sentence

ANYTIME: dict[str, Sentence] = {
    "answer_recorded": sentence("Yes, this line is recorded; if you don't want that, just say so."),
    "answer_keys": sentence("Of course, you can key it in."),
    "answer_duration": sentence("It won't take long."),
    "answer_office": sentence("I don't have addresses or opening hours here; {business} at {number} can tell you."),
    "answer_number": sentence("You can reach {business} at {number}."),
    "answer_name": sentence("This is {intro}."),
    "answer_not_at_hand": sentence(
        "Take your time to look; without it I can't go on, and you can call {business} at {number} instead.",
    ),
    "answer_matter": sentence(
        "It's a personal business matter, and I can say more once I know whom I'm speaking with.",
        "I'm sorry, I can't say what it is about before I know whom I'm speaking with.",
    ),
    "answer_receipt": sentence("I can't send papers from here; {business} at {number} can."),
    "answer_private": sentence("I ask a few things first, so that nobody but you hears what I have to say."),
    "answer_slower": sentence("Of course, slowly."),
    "answer_only_with": sentence("I may speak about it only with {name}; whoever helps may be there too."),
    "answer_withheld": sentence("I won't ask you for that."),
    "answer_which": sentence("Just those two, and no other number."),
    "answer_language": sentence(
        "I'm sorry, I speak only English, but I can look for somebody if you need another language."
    ),
    "answer_found": sentence("I can't see from here where the number comes from; {business} at {number} can tell you."),
}
"""Answers that say nothing of an account."""

ACCOUNT: dict[str, Sentence] = {
    "answer_fee": sentence("There is no fee for arranging it with me."),
    "answer_plan_fee": sentence("The payments of the plan add up to the balance; nothing is added for it."),
    "answer_why": sentence(
        "I see only the balance and not how it came about; {business} at {number} can go through it with you. If it "
        "isn't right, just tell me so.",
        "I'm sorry, that can't be seen from here; {business} at {number} can tell you.",
    ),
    "answer_inside": sentence(
        "I can't see interest or late fees from here, nor change them; {business} at {number} can tell you.",
    ),
    "answer_unknown": sentence(
        "I can't see that from here; {business} at {number} can tell you.",
        "I'm sorry, I don't know that; {business} at {number} can tell you.",
    ),
    "answer_credit": sentence("I can't see or predict a credit report; {business} at {number} can tell you more."),
    "answer_missed": sentence(
        "If a payment becomes difficult after all, please call {business} at {number} before it is due.",
    ),
    "answer_consequences": sentence(
        "I can't tell you what would follow, and I won't press you; I can only look with you for something that works.",
    ),
    "answer_legal": sentence("I can't give legal advice; I can only look with you for something that works."),
    "answer_early": sentence("You may always pay earlier, or more than that."),
    "answer_first_date": sentence("I'll read out the first date to you before anything is set up."),
    "answer_day": sentence("The day is read out to you before anything is set up."),
    "answer_first_day": sentence("The first payment is on {day}."),
    "answer_that_day": sentence("It is for {day}."),
    "answer_any_hour": sentence("Any time on that day is all right."),
    "answer_once": sentence("It is a single payment, and nothing else is taken."),
    "answer_account": sentence(
        "A bank transfer is made from the bank account that we have on file for you; I can't see which one that is.",
    ),
    "answer_link_instead": sentence("If you aren't sure of it, I can send you a payment link instead."),
    "answer_how": sentence(
        "Nothing is taken from your bank without your saying so; how to pay it, {business} at {number} can tell you.",
    ),
    "answer_no_down": sentence("No, nothing has to be paid before the first payment of the plan."),
    "answer_down": sentence("Yes, {amount} has to be paid first."),
    "answer_calls": sentence(
        "I can't tell whether there will be more calls; if you want none, just say so.",
    ),
    "answer_whole": sentence("The whole balance that I see is {balance}."),
    "answer_part": sentence("The whole balance is {balance}, and this is a part of it."),
    "answer_share": sentence("That would be {amount}."),
    "answer_link_time": sentence("You need not pay during this call; the link stays open for some time."),
    "answer_helper": sentence("I may speak about it only with you, but we can call when whoever helps you is there."),
    "answer_on_account": sentence("I can't change that from here; {business} at {number} can."),
    "answer_change": sentence("If something changes later, please call {business} at {number} before that day."),
    "answer_others": sentence("We don't speak about it with anybody else without your permission."),
    "answer_ways": sentence(
        "On this call I can set up a payment link or a bank transfer; for other ways, {business} is at {number}."
    ),
    "answer_link": sentence("The link comes by text message; you open it and key in your card yourself."),
    "answer_link_number": sentence("I can send the link only to the number that we're speaking on."),
    "answer_least": sentence("The least that I can accept today is {minimum}."),
    "answer_other_day": sentence("Any day up to {until} is possible; if you'd like another one, just name it."),
    "answer_latest": sentence("The latest day that I can note is {until}."),
}
"""Answers about the account and ways to pay."""
