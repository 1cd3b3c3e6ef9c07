"""Sentences that a tactic's techniques add or choose: what happens next, a choice, a recap; never a reason to hurry.

They state nothing about the account but what the tools gave (I-18), and no day that no tool named (G-04).
"""

from archer.conversation.words.sentence import Sentence, sentence

MANNER: dict[str, Sentence] = {
    "announce_order": sentence(
        "I'll go through the balance and the options with you, and then we see what you would like to do."
    ),
    "your_choice": sentence("It's your decision; I can tell you what is possible."),
    "set_up_together": sentence("Whatever you choose, I can set it up while we are talking."),
    "one_step": sentence("Paid in full, it is taken care of in one step."),
    "next_possibility": sentence("Then let's look at the next possibility.", "Then there is one more possibility."),
    "name_obstacle": sentence("If it's the amount, the day or the way of paying that makes it difficult, just say so."),
    "offer_two": sentence("Which would you prefer: {options}?", "Which of the two would you like: {options}?"),
    "ask_which": sentence("Which one would work for you?", "What would work for you?"),
    "ask_decision": sentence("Which option would you like to choose?", "What would you like to do?"),
    "own_terms": sentence("You can name the amount and the day yourself."),
    "smallest_instalment": sentence("Each payment can be as small as about {amount}, over {months} months."),
    "latest_day": sentence("The latest day that I can take is {until}."),
    "detail_thanks": sentence("Thank you, that helps.", "Thank you.", "All right, thank you."),
    "recap_full_payment": sentence("So you'd like to pay the full balance."),
    "recap_partial_payment": sentence("So you'd like to pay a part of it."),
    "recap_settlement": sentence("So you'd like to settle it with one payment."),
    "recap_plan": sentence("Then instalments it is."),
    "recap_promise": sentence("So you'd like to pay by a day that you named."),
    "recap_extension": sentence("So you'd like a later due date."),
    "reads_next": sentence("Next, I read it out to you, and you tell me whether it's right."),
    "no_hurry": sentence("You don't have to decide anything now."),
    "necessities_first": sentence("Please keep what you need for rent, food and medicine."),
}
