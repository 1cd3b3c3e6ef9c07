"""The words around names on the phone: introductions, honorifics, and words that are no names."""

from archer.conversation.slots.tokens import Phrases

HONORIFICS = frozenset({
    "mr", "mrs", "ms", "miss", "dr", "doctor", "mister", "missus", "prof", "professor", "sir", "madam", "ma'am",
    "madame", "rev", "reverend", "sergeant", "captain", "lieutenant", "judge", "hon", "honorable", "señor", "señora",
    "monsieur", "mx",
})  # fmt: skip

SUFFIXES = {"jr": "Jr.", "junior": "Jr.", "sr": "Sr.", "senior": "Sr.", "ii": "II", "iii": "III", "iv": "IV"}

INTRODUCTIONS = Phrases((
    "my name is", "my name's", "my names", "name is", "name's", "the name is", "the name's", "this is", "i'm", "im",
    "i am",
    "it's", "its", "it is", "that's", "thats", "that is", "call me", "you can call me", "you're speaking with",
    "you're speaking to", "you are speaking with", "you are speaking to", "speaking with", "speaking to", "you've got",
    "you got", "name on the account is", "account is under", "under the name", "under the name of", "it's under",
    "under", "my full name is", "full name is", "my legal name is", "the account holder is", "you have",
    "name would be",
    "name was", "this would be", "that would be", "it would be", "i go by", "everyone calls me", "people call me",
    "talking to", "talking with", "you're talking to", "it's actually", "my actual name is", "put down", "put it under",
    "name of", "the name of", "named", "here is", "yes this is", "full name", "put", "it's for", "for", "i was born",
    "they call me", "known as",
))  # fmt: skip

FIRST_CUES = Phrases(
    (
        "first name is",
        "first name's",
        "first name",
        "my first name is",
        "first is",
        "given name is",
        "first names",
        "my first name",
        "the first name is",
        "and the first name is",
        "first name it's",
        "given name",
    )
)
LAST_CUES = Phrases(
    (
        "last name is",
        "last name's",
        "last name",
        "my last name is",
        "last is",
        "surname is",
        "surname",
        "family name is",
        "family name",
        "my last name",
        "the last name is",
        "and the last name is",
        "last names",
        "my surname is",
        "and my last name is",
        "second name is",
    )
)

NOT_NAMES = frozenset({
    "a", "about", "above", "account", "actually", "after", "again", "agent", "ago", "ah", "all", "almost", "already",
    "also", "am", "an", "and", "another", "any", "anybody", "anyone", "anything", "apologies", "apostrophe", "are",
    "around", "as", "ask", "asking", "at", "away", "back", "bad", "balance", "be", "because", "been", "before",
    "being", "best", "better", "billing", "both", "business", "busy", "but", "by", "bye", "call", "called", "caller",
    "calling", "calls", "came", "can", "can't", "cannot", "car", "card", "care", "change", "check", "child",
    "children", "come", "comes", "coming", "confirm", "contact", "correct", "could", "couldn't", "customer", "dad",
    "daughter", "date", "day", "days", "daughter's", "dead", "debt", "did", "didn't", "die", "died", "do", "does",
    "doesn't", "doing", "dollars", "don't", "done", "down", "driving", "due", "early", "eh", "either", "else",
    "email", "er", "erm", "even", "evening", "ever", "every", "everybody", "everyone", "everything", "exactly",
    "excuse", "explain", "family", "father", "female", "few", "find", "fine", "first", "for", "forget", "friend",
    "friend's", "from", "full", "further", "gave", "get", "getting", "girlfriend", "give", "go", "god", "goes",
    "going", "gone", "good", "goodbye", "got", "great", "guess", "had", "half", "hang", "happy", "has", "hate",
    "have", "haven't", "having", "he", "he's", "hear", "heard", "hello", "help", "her", "here", "he'll", "hers",
    "hey", "hi", "him", "his", "hold", "home", "hope", "hour", "house", "how", "hung", "husband", "husband's",
    "hyphen", "i", "i'd", "i'll", "i'm", "i've", "idea", "if", "im", "in", "info", "information", "interested",
    "into", "is", "isn't", "it", "it's", "its", "itself", "job", "just", "keep", "kid", "kids", "know", "known",
    "last", "late", "later", "legal", "leave", "let", "let's", "letter", "like", "listen", "little", "live", "lives",
    "lol", "long", "look", "looking", "lost", "lot", "made", "maiden", "mail", "make", "male", "man", "many",
    "married", "matter", "maybe", "me", "mean", "means", "message", "middle", "mine", "minute", "moment", "mom",
    "money", "month", "more", "morning", "most", "mother", "moved", "much", "must", "my", "myself", "name", "name's",
    "named", "names", "need", "never", "new", "next", "nice", "night", "no", "nobody", "none", "nope", "not",
    "nothing", "now", "number", "of", "off", "office", "oh", "ok", "okay", "old", "on", "once", "one", "only", "open",
    "or", "other", "our", "out", "over", "owe", "own", "paid", "parent", "partner", "pay", "payment", "people",
    "person", "phone", "please", "problem", "put", "question", "quite", "ready", "really", "reason", "regarding",
    "remember", "return", "returning", "right", "room", "said", "same", "saturday", "say", "saying", "says", "school",
    "second", "see", "seem", "send", "sent", "she", "she's", "should", "show", "since", "sister", "slow", "so",
    "some", "somebody", "someone", "something", "son", "soon", "sorry", "sort", "sound", "speak", "speaking", "spell",
    "spelled", "spelling", "spelt", "still", "stop", "street", "stuff", "sunday", "sure", "take", "taken", "talk",
    "talking", "tell", "text", "than", "thank", "thanks", "that", "that's", "thats", "the", "their", "them", "then",
    "there", "there's", "these", "they", "they're", "thing", "things", "think", "third", "this", "those", "though",
    "through", "time", "to", "today", "told", "tomorrow", "tonight", "too", "tried", "try", "trying", "two", "type",
    "u", "uh", "uhh", "um", "umm", "uncle", "under", "understand", "unfortunately", "unknown", "until", "up", "us",
    "use", "used", "very", "wait", "want", "wanted", "wants", "was", "wasn't", "way", "we", "we're", "wednesday",
    "week", "weekend", "welcome", "well", "went", "were", "what", "what's", "whatever", "when", "where", "which",
    "while", "who", "who's", "whole", "whom", "whose", "why", "wife", "wife's", "with", "without", "woman", "won't",
    "word", "work", "working", "would", "wouldn't", "write", "wrong", "yeah", "year", "years", "yep", "yes",
    "yesterday", "yet", "yo", "you", "you're", "your", "yours", "yourself", "yup", "zero", "three", "four", "five",
    "six", "seven", "eight", "nine", "ten", "monday", "tuesday", "thursday", "friday", "account's", "line", "holder",
    "party", "parties", "authorized", "behalf", "deceased", "passed", "unavailable", "available", "repeat", "louder",
    "robot", "recording", "company", "bank", "details", "private", "comfortable", "rather", "prefer", "secret",
    "refuse", "disclose", "guy", "gentleman", "lady", "roommate", "son's", "brother", "brother's", "dog", "cat",
    "space", "capital", "comma", "period", "dot", "letters", "double", "dash", "everybody's", "english", "spanish",
    "hearing", "hurry", "tired", "sick", "set", "afraid", "glad", "hoping", "wondering", "receipt", "reference",
    "issue", "credit", "payments", "autopay", "hardship", "afternoon", "ma", "whoever",
})  # fmt: skip
"""Words that never are a name here; names that are words too (Will, Mark, Grace, Rose, May, Bill) are left out where
they are commoner as names in an answer to "may I have your name"."""

FIRST_NAMES = frozenset({"hope", "guy", "sunday", "early", "tuesday"})
SURNAMES = frozenset({
    "day", "long", "best", "good", "early", "little", "street", "english", "house", "friend", "guy", "way", "hope",
    "child", "bank", "dad", "week",
})  # fmt: skip
"""Words of NOT_NAMES that are names where they stand as one."""
