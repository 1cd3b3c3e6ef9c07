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
    "you're speaking to", "you are speaking with", "you are speaking to", "speaking with", "speaking to",
    "you've got", "that'd be", "this'd be", "it'd be", "you have reached", "you've reached", "reached",
    "you got", "name on the account is", "account is under", "under the name", "under the name of", "it's under",
    "under", "my full name is", "full name is", "my legal name is", "the account holder is", "you have",
    "name would be",
    "name was", "this would be", "that would be", "it would be", "i go by", "everyone calls me", "people call me",
    "talking to", "talking with", "you're talking to", "it's actually", "my actual name is", "put down", "put it under",
    "name of", "the name of", "named", "here is", "yes this is", "full name", "put", "it's for", "for", "i was born",
    "they call me", "known as", "i'm called", "im called", "i am called", "he's called", "she's called", "it's called",
    "goes by", "answer to", "i'm known as", "address me as", "refer to me as", "registered as", "registered to",
    "listed as", "listed under",
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
    "that'd", "this'd", "it'd", "he'd", "she'd", "there'd", "personal", "crazy", "insane", "awful", "unreal", "nuts",
    "confidential", "urgent", "strange", "annoying", "boring", "illegal", "unfair", "rude", "silly", "absurd", "lame",
    "harassment", "bullshit", "bull", "nonsense", "garbage", "crap", "fraud", "spam", "obvious", "typical",
    "unbelievable",
    "embarrassing", "complicated", "impossible", "killing", "great", "awesome", "amazing", "bogus", "legit", "broke",
    "a", "able", "about", "above", "account", "account's", "across", "actually", "add", "address", "afraid", "after",
    "afternoon", "again", "aged", "agent", "ago", "agree", "ah", "air", "all", "almost", "alone", "along", "already",
    "also", "am", "america", "an", "and", "another", "any", "anybody", "anybody's", "anyone", "anything", "anyway",
    "apartment", "apologies", "apostrophe", "app", "are", "around", "arrangement", "as", "ask", "asking", "at",
    "attorney", "authorized", "auto", "automatic", "autopay", "available", "away", "babe", "baby", "back", "bad",
    "balance", "bank", "bankruptcy", "bathroom", "be", "beautiful", "because", "been", "before", "began", "begin",
    "behalf", "being", "believe", "below", "best", "better", "billing", "birth", "birthday", "book", "born", "both",
    "bought", "break", "bring", "bro", "brother", "brother's", "brought", "buddy", "build", "building",
    "bus", "business", "busy", "but", "buy", "by", "bye", "california", "call", "called", "caller", "calling",
    "calls", "came", "can", "can't", "canada", "cancel", "cannot", "capital", "car", "card", "care", "cat", "cell",
    "cents", "certain", "change", "charge", "charged", "check", "checking", "child", "children", "city", "claim",
    "class", "clear", "close", "closed", "code", "cold", "come", "comes", "comfortable", "coming", "comma", "company",
    "computer", "concerned", "confirm", "consider", "contact", "contacted", "continue", "correct", "cost", "could",
    "couldn't", "credit", "customer", "cut", "dad", "damn", "dash", "date", "daughter", "daughter's", "day", "days",
    "dead", "deal", "dear", "debt", "deceased", "decide", "department", "deposit", "desk", "details", "did", "didn't",
    "die", "died", "difference", "different", "dinner", "direct", "disclose", "dispute", "divorced", "do", "document",
    "does", "doesn't", "dog", "doing", "dollar", "dollars", "don't", "done", "door", "dot", "double", "down",
    "driver", "driving", "drop", "dude", "due", "each", "earlier", "early", "easy", "eat", "eh", "eight", "either",
    "else", "else's", "email", "emergency", "employee", "employer", "end", "english", "enough", "enter", "entire",
    "er", "erm", "especially", "etc", "even", "evening", "ever", "every", "everybody", "everybody's", "everyone",
    "everything", "exactly", "except", "excuse", "expect", "explain", "face", "fact", "fall", "family", "far",
    "father", "fault", "favor", "feel", "female", "few", "fight", "figure", "file", "find", "fine", "finish", "fired",
    "first", "five", "follow", "food", "foot", "for", "force", "forget", "form", "forward", "found", "four", "free",
    "friday", "friend", "friend's", "from", "front", "full", "fun", "funeral", "funny", "further", "gas", "gave",
    "gentleman", "get", "getting", "girl", "girlfriend", "give", "giving", "glad", "go", "god", "goes", "going",
    "gone", "gonna", "good", "goodbye", "got", "gotcha", "gotta", "ground", "group", "guess", "guy", "had",
    "half", "hand", "handle", "hang", "happy", "hard", "hardship", "has", "hate", "have", "haven't", "having", "he",
    "he'll", "he's", "head", "health", "hear", "heard", "hearing", "heart", "held", "hello", "help", "her", "here",
    "hers", "herself", "hey", "hi", "him", "himself", "his", "hit", "hm", "hmm", "hold", "holder", "home", "honey",
    "hope", "hoping", "hospital", "hot", "hour", "hours", "house", "how", "however", "huh", "hung", "hungry", "hurry",
    "hurt", "husband", "husband's", "hyphen", "i", "i'd", "i'll", "i'm", "i've", "idea", "if", "im", "in",
    "inaudible", "income", "info", "information", "instead", "insurance", "interest", "interested", "into", "is",
    "isn't", "issue", "issues", "it", "it's", "its", "itself", "job", "just", "keep", "key", "kid", "kids", "kind",
    "kitchen", "know", "known", "lady", "laid", "language", "laptop", "large", "last", "late", "later", "later's",
    "laughing", "lawyer", "lazy", "leave", "leaving", "legal", "less", "let", "let's", "letter", "letters", "letting",
    "license", "life", "light", "like", "likely", "line", "lines", "list", "listen", "literally", "little", "live",
    "lives", "living", "loan", "lol", "long", "look", "looking", "lost", "lot", "louder", "loved", "lower", "lunch",
    "ma", "maam", "machine", "mad", "made", "maiden", "mail", "make", "making", "male", "man", "manager", "many",
    "married", "matter", "maybe", "me", "mean", "meaning", "means", "medical", "meet", "meeting", "mention",
    "message", "middle", "mine", "minute", "minutes", "missed", "mistake", "mobile", "mom", "moment", "monday",
    "money", "month", "more", "morning", "mortgage", "most", "mostly", "mother", "move", "moved", "much", "mumble",
    "must", "my", "myself", "nah", "name", "name's", "named", "names", "near", "necessary", "need", "negative",
    "never", "new", "news", "next", "nice", "night", "nine", "no", "nobody", "none", "nope", "normal", "north", "not",
    "noted", "nothing", "notice", "now", "number", "nurse", "obviously", "of", "off", "office", "often", "oh", "ok",
    "okay", "old", "on", "once", "one", "online", "only", "oops", "open", "or", "order", "other", "our", "ourselves",
    "out", "outside", "over", "owe", "own", "package", "paid", "pal", "paperwork", "parent", "part", "parties",
    "partner", "party", "pass", "passed", "past", "pay", "paycheck", "payment", "payments", "people", "per",
    "perfect", "perhaps", "period", "person", "personally", "phone", "phone's", "pick", "piece", "plan", "play",
    "please", "police", "prefer", "pretty", "private", "probably", "problem", "promise", "proof", "provide",
    "pull", "purchase", "push", "put", "question", "quick", "quit", "quite", "quote", "ran", "rate", "rather", "read",
    "ready", "real", "really", "reason", "receipt", "receive", "received", "recently", "record", "recording",
    "reference", "refuse", "refused", "regarding", "regular", "remember", "remove", "rent", "repeat", "report",
    "represent", "represents", "request", "respond", "rest", "retired", "return", "returning", "right", "ring",
    "robot", "room", "roommate", "run", "sad", "safe", "said", "same", "saturday", "saw", "say", "saying", "says",
    "scam", "scared", "schedule", "school", "second", "secret", "see", "seem", "send", "sense", "sent", "serious",
    "service", "set", "seven", "several", "she", "she's", "shit", "shop", "short", "should", "show", "shut",
    "sick", "side", "sign", "simple", "simply", "since", "single", "sir", "sister", "situation", "six", "sleep",
    "sleeping", "slow", "smart", "so", "social", "sold", "some", "somebody", "someone", "something", "son", "son's",
    "soon", "sorry", "sort", "sound", "south", "space", "spanish", "speak", "speaking", "specific", "spell",
    "spelled", "spelling", "spelt", "spend", "spent", "ssn", "stand", "start", "started", "state", "statement",
    "stay", "still", "stolen", "stop", "street", "stuff", "stupid", "sunday", "suppose", "supposed", "sure",
    "surgery", "sweetheart", "system", "take", "taken", "taking", "talk", "talking", "taxes", "telephone", "tell",
    "ten", "test", "text", "than", "thank", "thanks", "that", "that's", "thats", "the", "their", "them",
    "then", "there", "there's", "these", "they", "they're", "they've", "thing", "things", "think", "thinking",
    "third", "this", "those", "though", "three", "through", "thursday", "till", "time", "tip", "tired", "title", "to",
    "today", "together", "told", "tomorrow", "tonight", "too", "total", "totally", "touch", "toward", "town",
    "travel", "treat", "tried", "true", "truth", "try", "trying", "tuesday", "turn", "tv", "twelve", "two", "type",
    "u", "uh", "uhh", "um", "umm", "unavailable", "uncle", "under", "understand", "understanding", "unemployed",
    "unfortunately", "unintelligible", "unknown", "until", "up", "upset", "us", "use", "used", "usually", "vacation",
    "verify", "very", "via", "visit", "voicemail", "wait", "wake", "walk", "want", "wanted", "wants", "was", "wasn't",
    "watch", "way", "we", "we're", "wear", "weather", "wednesday", "week", "week's", "weekend", "weeks", "weird",
    "welcome", "well", "went", "were", "what", "what's", "whatever", "when", "whenever", "where", "whether", "which",
    "while", "who", "who's", "whoever", "whole", "whom", "whoops", "whose", "why", "wife", "wife's", "wish", "with",
    "within", "without", "woman", "won't", "wonder", "wondering", "word", "work", "worker", "working", "worried",
    "worry", "worse", "worst", "worth", "would", "wouldn't", "wow", "write", "wrong", "yeah", "year", "years",
    "yelling", "yep", "yes", "yesterday", "yesterday's", "yet", "yo", "you", "you're", "younger", "your", "yours",
    "yourself", "yup", "zero", "zip",
})  # fmt: skip
"""Words that never are a name here; names that are words too (Will, Mark, Grace, Rose, May, Bill) are left out where
they are commoner as names in an answer to "may I have your name"."""

FIRST_NAMES = frozenset({"hope", "guy", "sunday", "early", "tuesday"})
SURNAMES = frozenset({
    "day", "long", "best", "good", "early", "little", "street", "english", "house", "friend", "guy", "way", "hope",
    "child", "bank", "dad", "week",
})  # fmt: skip
"""Words of NOT_NAMES that are names where they stand as one."""

POLITE = frozenset({
    "yes", "yeah", "yep", "yup", "hi", "hello", "hey", "good", "morning", "afternoon", "evening", "day", "sure",
    "okay", "ok",
    "oh", "well", "of", "course", "certainly", "absolutely", "right", "alright", "speaking", "this", "is", "he",
    "she", "him",
    "her", "it's", "its", "that's", "it", "that", "me", "thanks", "thank", "you", "so", "and", "uh", "um", "sorry",
    "correct",
    "there", "howdy", "no", "problem", "please", "in", "full", "name", "my", "then",
})  # fmt: skip
"""Words that may come before a name that nothing introduces."""
POSSESSIVES = frozenset({"his", "her", "my", "their", "the", "your", "our"})
RELATIONS = frozenset({
    "wife", "husband", "brother", "sister", "mother", "father", "son", "daughter", "mom", "dad", "partner", "spouse",
    "customer", "owner", "boss", "uncle", "aunt", "cousin", "friend", "roommate", "great",
})  # fmt: skip
NAMES_IN_ING = frozenset({
    "fleming", "browning", "manning", "channing", "harding", "downing", "keating", "sterling", "kipling", "cushing",
    "pershing", "golding", "dowling", "spalding", "hastings", "irving", "corning", "schilling", "dunning", "fielding",
})  # fmt: skip
