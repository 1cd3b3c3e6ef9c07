"""The sentences about the account itself, spoken only to the verified person.

Rules I-11, I-12 (mini-Miranda), I-16, I-18 (amounts only as the tools gave them), I-21 (one-time ACH). Fields besides
those of `before`: {balance} {as_of} {due} {amount} {minimum} {until} {months} {monthly} {date} {today} {limit}, each
already worded for the ear.
"""

from archer.conversation.words import manner, questions
from archer.conversation.words.sentence import Sentence, sentence

DISCLOSURE: dict[str, Sentence] = {
    "mini_miranda": sentence(
        "This is an attempt to collect a debt, and any information obtained will be used for that purpose.",
        interruptible=False,
    ),
    "mini_miranda_later": sentence("This communication is from a debt collector.", interruptible=False),
}
"""Third-party collection: the first communication with this person about this debt, and every later one."""

PURPOSE: dict[str, Sentence] = {
    "verified": sentence(
        "Thank you, {first_name}, that's confirmed.",
        warm="Thank you very much, {first_name}, that's confirmed.",
    ),
    "purpose": sentence(
        "I'm calling about your account with {business}. The balance as of {as_of} is {balance}.",
        "To come back to your account with {business}: the balance as of {as_of} is {balance}.",
        warm="I'm calling about your account with {business}, and I'd like to find something that works for you. The "
        "balance as of {as_of} is {balance}.",
        firm="I'm calling about your account with {business}. Our records show a balance of {balance} as of {as_of}.",
    ),
    "purpose_inbound": sentence(
        "On your account with {business}, the balance as of {as_of} is {balance}.",
        warm="Let's see what I can do. On your account with {business}, the balance as of {as_of} is {balance}.",
    ),
    "was_due": sentence("The payment was due on {due}."),
    "is_due": sentence("The next payment is due on {due}."),
    "minimum_due": sentence("The minimum payment is {minimum}."),
    "nothing_due": sentence("As of {as_of} there is nothing to pay. Thank you for your time."),
    "say_balance": sentence("The balance as of {as_of} is {balance}."),
    "claim_known": sentence(
        "You told me earlier that something about this is not right. That is noted, and I won't ask you for a payment. "
        "You can reach {business} at {number}. Goodbye.",
    ),
}

OFFERS: dict[str, Sentence] = {
    "offer_open": sentence(
        "How would you like to take care of it?",
        "What would work for you?",
        warm=("What would you find manageable?", "What would feel possible for you?"),
        firm=("How would you like to take care of it today?", "What would you like to do?"),
    ),
    "offer_full_payment": sentence(
        "Would you like to pay the full balance today?",
        "Could you pay the full balance today?",
        warm="Would you be able to pay the full balance today?",
        firm="Can we take care of the full balance right now?",
    ),
    "offer_partial_payment": sentence(
        "Would you like to pay a part of it today, from {minimum}?",
        "Could you pay a part of it today, from {minimum}?",
    ),
    "offer_plan": sentence(
        "Would you like a payment plan over {months} months?",
        "Would you like to pay in instalments, over {months} months?",
        warm="Would you like to spread it over {months} months, if that makes it easier?",
    ),
    "offer_promise": sentence(
        "By which day could you pay it?",
        "Is there a day by which you could pay it?",
    ),
    "offer_extension": sentence(
        "Would you like a later due date?",
        "Would you like to move the due date?",
        warm="Would you like a little more time, with a later due date?",
    ),
    "offer_counter": sentence("I can't agree to that, but {amount} would be possible; could you do that?"),
    "offer_counter_plan": sentence(
        "I can't agree to that, but a plan over {months} months is possible; shall we do that?"
    ),
    "offer_settlement": sentence("I can settle the account for {amount}; could you do that?"),
    "offer_part": sentence("Would you like to pay {amount} as a part of it?"),
    "no_settlement": sentence("I'm sorry, I can't settle the account for less than the balance."),
    "rest_open": sentence(
        "I can set up one payment at a time, so this is for the first part; nothing is booked for the rest, which "
        "stays open on your account.",
    ),
    "rest_next": sentence("The first part first, and then the rest."),
    "rest_amount": sentence("With what is arranged, {rest} stays open, and nothing is booked for it."),
    "rest_then": sentence(
        "The rest stays open, and nothing is booked for it; once this is set up, you can name a day.",
    ),
    "limit_rest": sentence("For the rest I can note a day until {limit}; would that work for you?"),
    "rest_plan": sentence("To arrange all of it, there is also a payment plan over {months} months."),
    "stands_promise_day": sentence("You said that you would pay by {day}."),
    "stands_plan_day": sentence("The first payment of your plan is on {day}."),
    "stands_payment_day": sentence("Your payment is for {day}."),
    "stands_settlement_day": sentence("Your payment is for {day}."),
    "stands_sms_link_day": sentence("The payment link is for {day}."),
    "stands_bank_transfer_day": sentence("The bank transfer is set for {day}."),
    "stands_extension_day": sentence("Your new due date is {day}."),
    "stands_amount": sentence("The payment is {amount}."),
    "stands_promise_amount": sentence("What you said you would pay is {amount}."),
    "stands_each": sentence("Each payment is {amount}."),
    "stands_each_but_last": sentence("Each payment is {amount}, and the last is {last}."),
    "stands_down_payment": sentence("First there is a payment of {amount}."),
    "rest_still_open": sentence("The rest of the balance stays open, and nothing is booked for it."),
    "rest_one_promise": sentence(
        "I can note one promise at a time, so nothing is booked for the rest of the balance; it stays open, and a part "
        "of it can be paid on this call.",
    ),
    "list_options": sentence("You can {options}."),
    "understood": sentence(
        "I understand.",
        "All right.",
        warm=("I understand, and that's all right.", "Thank you for being open about it."),
        firm=("I understand.",),
    ),
    "cannot_accept": sentence("I'm sorry, I can't agree to that amount."),
    "minimum_is": sentence("The least that I can accept today is {minimum}."),
    "full_is": sentence("The full balance is {balance}."),
    "not_offered": sentence(
        "I'm sorry, I can't offer that on this account.",
        warm="I'm sorry, I'd like to, but that isn't possible on this account.",
    ),
    "limit_is": sentence("I can go as far as {limit}; would that work for you?"),
    "limit_least": sentence("The least would be {limit}; would that work for you?"),
    "due_date_instead": sentence("I can't note a payment for so late a day, but I can move your due date."),
    "no_limit_given": sentence("I'm sorry, that is outside of what I can arrange."),
}

DETAILS: dict[str, Sentence] = {
    "ask_amount": sentence(
        "How much would you like to pay?",
        "Which amount in dollars? You can also key it in and press pound.",
        warm="How much would be comfortable for you?",
    ),
    "ask_settlement": sentence(
        "How much could you pay to settle it?",
        "Which amount in dollars could you pay to settle it?",
    ),
    "no_such_length": sentence("I'm sorry, {months} isn't one of the lengths that I can offer."),
    "ask_months": sentence(
        "Over how many months: {months}?",
        "I can do {months} months. Which one would you like?",
    ),
    "monthly_is": sentence("That would be about {monthly}."),
    "ask_promise_date": sentence(
        "By which date can you pay?",
        "Which day would that be? For example, a day next week.",
        warm="What day would be realistic for you?",
    ),
    "ask_day_in_week": sentence("Which day of that week?"),
    "ask_new_due_date": sentence(
        "Which new due date would you like?",
        "To which day shall I move it?",
    ),
    "ask_new_due_date_until": sentence("The latest possible day is {until}. Which day shall I move it to?"),
    "ask_method": sentence(
        "Shall I text you a secure payment link, or would you prefer a bank transfer?",
        "Which would you like, a payment link by text message or a transfer from your bank account?",
    ),
    "nothing_added": sentence("Nothing is added: you pay just the amount that I read out to you."),
    "link_only": sentence("You can pay with a secure link that I send to your phone."),
    "safe_ways": sentence("A payment link by text message, where you key the card in yourself, is the safe way."),
}

CONFIRMATION: dict[str, Sentence] = {
    "ach_reading": sentence(
        "Today, {today}, you, {name}, would authorize {business} to make a one-time electronic debit of {amount} from "
        "your bank account on file, on {date}. For questions, or to cancel it, call {number}. It is a single payment.",
    ),
    "ach_question": sentence("Do you authorize this payment, yes or no?", "Please say yes or no: do you authorize it?"),
    "read_link": sentence("That's a payment of {amount}, with a secure link by text message."),
    "read_payment": sentence("That's a payment of {amount}."),
    "read_plan": sentence("That's a payment plan over {months} months."),
    "read_promise": sentence("That's a promise to pay {amount} by {date}."),
    "read_extension": sentence("That moves your due date to {date}."),
    "confirm": sentence(
        "Shall I set this up, yes or no?",
        "Please say yes or no: shall I set this up?",
        warm=("Would you like me to set this up for you?", "Just yes or no, please: shall I set it up?"),
        firm=("Do you confirm, yes or no?",),
    ),
    "nothing_yet": sentence("Take your time; nothing is set up until you say yes."),
    "which_question": sentence("Of course, what would you like to know?", "What is your question?"),
    "not_set_up": sentence("All right, nothing has been set up."),
    "kept_as_is": sentence("All right, what you arranged before stays as it is."),
    "set_up_again": sentence("That took a little too long, so let me set it up again."),
    "done": sentence("That's done, thank you.", interruptible=False),
    "was_void": sentence("That arrangement was cancelled before, so it is not in place."),
    "outcome_unknown": sentence(
        "I'm sorry, I can't see at the moment whether that went through. Please don't pay twice; "
        "a colleague will check it.",
        interruptible=False,
    ),
    "nothing_changed": sentence("I'm sorry, I can't set that up right now."),
    "check_undo": sentence("Shall I cancel what we have just set up, yes or no?"),
    "kept_in_place": sentence("All right, it stays as it is."),
    "undo_unknown": sentence(
        "I'm sorry, I can't see at the moment whether that is cancelled; a colleague will look at it with you at once.",
        interruptible=False,
    ),
    "voided_too": sentence("What we had arranged in this call is cancelled."),
    "changes_by_person": sentence("Your arrangement is in place; a colleague can look at it with you."),
    "anything_else": sentence(
        "Is there anything else I can help you with?",
        "Is there anything else?",
        warm="Is there anything else I can do for you today?",
    ),
    "what_else": sentence("What can I do for you?", "What else would you like to know?"),
    "farewell": sentence(
        "Thank you, {first_name}. You can reach {business} at {number}. Goodbye.",
        warm="Thank you very much, {first_name}, and take care. You can reach {business} at {number}. Goodbye.",
    ),
    "farewell_nothing": sentence(
        "Thank you for your time. Nothing has been set up today. You can reach {business} at {number}. Goodbye.",
    ),
}

HARDSHIP: dict[str, Sentence] = {
    "hardship": sentence(
        "I'm sorry to hear that. I've noted it, and we have people who help in such a situation.",
        warm="I'm truly sorry to hear that, and thank you for telling me. I've noted it, and we have people who "
        "help in such a situation.",
    ),
    "hardship_unsaved": sentence("I'm sorry to hear that. We have people who help in such a situation."),
    "hardship_choice": sentence(
        "Shall I connect you with our hardship team?",
        "Would you like to speak with our hardship team?",
    ),
    "hardship_end": sentence(
        "That's all right. Our hardship team can look at this with you; please call {business} at {number}. Goodbye.",
        warm="That's all right, and I won't press you. Our hardship team can look at this with you; please call "
        "{business} at {number}. Take care. Goodbye.",
    ),
    "dispute_done": sentence(
        "I've recorded that you dispute this, and I won't ask you for a payment. A specialist will look into it. You "
        "can reach {business} at {number}. Goodbye.",
    ),
    "already_paid_done": sentence(
        "Thank you for telling me. I've recorded that you already paid, and I won't ask you again today. A specialist "
        "will look into it. You can reach {business} at {number}. Goodbye.",
    ),
    "refused": sentence(
        "I understand, and I won't press you. You can reach {business} at {number}. Goodbye.",
        warm="I understand, and thank you for telling me. If things change, {business} is at {number}. Goodbye.",
    ),
    "trust_card": sentence(
        "It's right to be careful. You don't have to tell me anything; you can hang up and call the "
        "number on your card.",
    ),
}

SENTENCES: dict[str, Sentence] = {
    **DISCLOSURE,
    **PURPOSE,
    **OFFERS,
    **DETAILS,
    **CONFIRMATION,
    **HARDSHIP,
    **manner.MANNER,
    **questions.ACCOUNT,
}
