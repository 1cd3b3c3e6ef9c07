"""The words around and inside spoken e-mail addresses: symbols, providers, endings, lead-ins."""

from archer.conversation.slots.tokens import Phrases

SYMBOLS = {
    "dot": ".", ".": ".", "period": ".", "point": ".", "full stop": ".", "underscore": "_", "underline": "_", "_": "_",
    "dash": "-", "hyphen": "-", "-": "-", "minus": "-", "minus sign": "-", "dash sign": "-", "plus": "+",
    "plus sign": "+", "+": "+",
}  # fmt: skip
SYMBOL_PHRASES = Phrases(SYMBOLS)

DOMAIN_JOINERS = Phrases(("all one word", "one word", "no spaces", "no space", "all together", "that's", "spelled"))

JOINERS = Phrases((
    "all one word", "one word", "all in one word", "no spaces", "no space", "with no spaces", "no dot", "no dots",
    "no dash", "no underscore", "no period", "all lowercase",
    "all lower case", "lowercase", "lower case", "in lowercase", "all together", "together", "capital", "the letter",
    "the number", "number", "the digit", "space", "with a", "spelled", "spelt", "that's spelled", "all small letters",
    "small letters", "that's", "thats", "that is", "it is",
    "the word", "then", "and then", "followed by", "comma", "the digits",
    "the numbers", "it's all one word", "all caps", "without spaces", "which is", "symbol", "sign", "the letters",
    "letter", "then the number", "as one word", "um", "uh", "the",
))  # fmt: skip

FILLING = frozenset({"the", "um", "uh", "like"})

ENDINGS = (
    "com", "net", "org", "edu", "gov", "mil", "info", "biz", "us", "ca", "uk", "co", "io", "me", "mx", "au", "fr", "de",
    "es", "it", "nl", "eu", "tv", "ai", "app", "dev", "name", "in", "nz", "ie", "jp", "br", "ch", "at", "be", "email",
    "online", "site", "store", "tech", "law", "bank", "xyz",
)  # fmt: skip

PROVIDERS = {
    "gmail": "gmail", "gee mail": "gmail", "geemail": "gmail", "googlemail": "googlemail", "gmall": "gmail",
    "gmale": "gmail", "jimail": "gmail", "jeemail": "gmail", "hotmail": "hotmail", "hotmale": "hotmail",
    "outlook": "outlook", "yahoo": "yahoo", "yahu": "yahoo", "yahooo": "yahoo", "icloud": "icloud",
    "eyecloud": "icloud",
    "aol": "aol", "ayol": "aol", "aohell": "aol", "comcast": "comcast", "comecast": "comcast", "verizon": "verizon",
    "att": "att", "atandt": "att", "attt": "att", "sbcglobal": "sbcglobal", "bellsouth": "bellsouth",
    "protonmail": "protonmail", "proton": "proton", "msn": "msn", "live": "live", "ymail": "ymail", "whymail": "ymail",
    "whymale": "ymail", "rocketmail": "rocketmail", "charter": "charter", "cox": "cox", "cocks": "cox", "mac": "mac",
    "me": "me", "mail": "mail", "gmx": "gmx", "zoho": "zoho", "fastmail": "fastmail", "earthlink": "earthlink",
    "optonline": "optonline", "rogers": "rogers", "shaw": "shaw", "telus": "telus", "bell": "bell",
    "sympatico": "sympatico", "eyeclout": "icloud", "outluck": "outlook",
}  # fmt: skip

LEAD_INS = Phrases((
    "email's", "email is", "e mail is", "email address is", "e mail address is", "mail is", "address is", "my email",
    "my e mail",
    "my email address", "email address", "it's", "its", "it is", "that's", "that is", "that would be", "it would be",
    "would be", "should be", "it'll be", "use", "try", "reach me at", "contact me at", "email me at", "email me",
    "me at",
    "send it to", "send that to", "send them to", "send the link to", "send it over to", "send to", "mail it to",
    "email it to", "send me at", "is", "one is", "yeah", "yes", "sure", "okay", "ok", "the email is", "go with",
    "put", "let's do", "lets do", "do", "that's it", "it is that's",
    "write to",
    "write down", "is still", "is now", "is it's", "you can use", "it to", "that to", "me the link at", "link to",
    "put down", "it at", "under", "on file is", "sign up with", "receipt to", "confirmation to", "documents to",
    "paperwork to", "statement to", "everything to", "statements to", "info to", "details to", "something to",
    "me something at", "was", "be", "goes to", "them at", "email", "alright", "so it's", "so that's",
    "you can reach me at", "me an email at", "the one i use is", "i have is", "sorry", "well", "so", "please use",
    "receipts to", "agreement to", "schedule to", "plan to", "copy to", "a copy to", "it over at", "invoice to",
    "i use", "called", "payment link to", "all right", "letter to", "address", "the address is", "personal email",
    "work email", "is going to be", "going to be", "is uh", "is um", "i'd use", "let's use", "lets use", "just use",
))  # fmt: skip

LEADING_WORDS = frozenset({
    "is", "it's", "its", "i'd", "i'm", "i'll", "i've", "that's", "thats", "what's", "my", "your", "you", "you'll",
    "email",
    "emails", "email's", "address", "use", "send", "sent", "reach", "contact", "should", "would", "could", "can",
    "will",
    "to", "at", "please", "yes", "yeah", "okay", "ok", "sure", "um", "uh", "well", "like", "it", "that", "this", "was",
    "be", "been", "probably", "think", "guess", "believe", "have", "got", "get", "try", "does", "let's", "so",
    "right", "mm", "actually", "just", "still", "also", "usually", "always", "account", "alright", "of", "on", "with",
    "husband's", "wife's", "one's", "says", "write", "goes", "he's", "she's", "his", "her", "their", "our", "we",
})  # fmt: skip
"""Words that lead into an address; inside one only beside a dot, a dash or the like."""
