"""The words of redaction: spoken digits, what may stand inside a dictated number, and the labels that name one.

Source: rule I-20 (card data is never kept) and the redaction contract; every list is data, read by the other modules.
"""

DIGITS: dict[str, str] = {
    "zero": "0", "oh": "0", "o": "0", "nought": "0", "naught": "0", "nil": "0", "null": "0", "aught": "0", "ought": "0",
    "one": "1", "two": "2", "three": "3", "four": "4", "five": "5", "six": "6", "seven": "7", "eight": "8",
    "nine": "9", "niner": "9", "fife": "5", "fower": "4", "nein": "9", "thuh-ree": "3",
}  # fmt: skip
"""Words that are a digit wherever they stand."""

UNITS: dict[str, int] = {
    "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9,
}  # fmt: skip

WEAK: dict[str, str] = {
    "for": "4", "fore": "4", "to": "2", "too": "2", "won": "1", "wun": "1", "ate": "8", "tree": "3", "free": "3",
    "sicks": "6", "sex": "6", "sics": "6", "fiv": "5", "ow": "0", "owe": "0", "tu": "2", "tew": "2", "wan": "1",
    "ait": "8", "eight's": "8", "sevin": "7", "nigh": "9", "nines'": "9", "foe": "4", "faux": "4", "hate": "8",
}  # fmt: skip
"""Words that recognition writes for a digit; they count only inside a run of digits."""

OPTIONAL_ZERO = frozenset({"oh", "o"})
"""Zeros that may as well be an interjection."""

TEENS: dict[str, int] = {
    "ten": 10, "eleven": 11, "twelve": 12, "thirteen": 13, "fourteen": 14, "fifteen": 15, "sixteen": 16,
    "seventeen": 17, "eighteen": 18, "nineteen": 19,
}  # fmt: skip
TENS: dict[str, int] = {
    "twenty": 20, "thirty": 30, "forty": 40, "fourty": 40, "fifty": 50, "sixty": 60, "seventy": 70, "eighty": 80,
    "ninety": 90,
}  # fmt: skip
TIMES: dict[str, int] = {"double": 2, "dubble": 2, "triple": 3, "treble": 3, "quadruple": 4, "quad": 4}
PLURALS: dict[str, str] = {
    "zeros": "0", "zeroes": "0", "ohs": "0", "oh's": "0", "o's": "0", "ones": "1", "one's": "1", "twos": "2",
    "two's": "2", "threes": "3", "three's": "3", "fours": "4", "four's": "4", "fives": "5", "five's": "5",
    "sixes": "6", "six's": "6", "sevens": "7", "seven's": "7", "eights": "8", "eight's": "8", "nines": "9",
    "nine's": "9",
    **{f"{digit}s": str(digit) for digit in range(10)}, **{f"{digit}'s": str(digit) for digit in range(10)},
}  # fmt: skip

FILLERS = frozenset(
    "um umm uh uhh uhm er erm ah ahh hmm hm mm mhm like so well okay ok yeah yep yes please and then next dash hyphen "
    "space dot point comma period slash minus followed by after that's thats it's its is right just you know i think "
    "alright got continuing again more finally lastly last is".split()
)  # fmt: skip
"""Words that may stand inside a number without ending it."""

CORRECTIONS = frozenset(
    "no nope sorry wait scratch strike oops whoops actually correction mean meant instead rather wrong mistake redo "
    "restart over again apologies pardon misread misspoke not nevermind".split()
)
"""Words after which what was dictated may be replaced."""

CONNECTORS = frozenset(
    "is are was it it's its it'll the my our your a an number numbers no num of for at with that that's thats be would "
    "will i'll as on to there here this these those his her their by from in goes reads being should and also me "
    "use using starts begins starting beginning digits digit code codes which whose so far like um uh er well okay "
    "ok please new old current full main actual personal right now you s just say says said called has have "
    "gonna gotta let's think believe i'm guess probably maybe yes yeah".split()
)
"""Words that may stand between a label and its number."""

CURRENCY = frozenset("dollar dollars buck bucks cent cents usd cad quid euro euros pounds percent grand k".split())
COUNTED = frozenset(
    "second seconds sec secs moment moments minute minutes min mins hour hours day days week weeks month months year "
    "years yr yrs time times payment payments installment installments instalments people person kids children dogs "
    "cats cards card accounts account digits digit numbers letters things thing questions question percent bedroom "
    "bedrooms miles o'clock oclock am pm a.m p.m jobs job calls call of more other others others' ago old each "
    "anyway thing's daughters sons bills bill charges transactions orders phones lines words statements".split()
)
"""Nouns that make the number before them a count."""

MONTHS = frozenset(
    "january february march april june july august september october november december jan feb mar apr jun jul aug "
    "sep sept oct nov dec".split()
)

LABELS: dict[str, str] = {
    **dict.fromkeys(
        "phone telephone tel cell cellphone mobile call reach dial text fax callback extension ext landline ring "
        "whatsapp".split(),
        "phone",
    ),
    **dict.fromkeys(
        "order orders tracking confirmation confirmations reference ref invoice invoices case ticket tickets claim "
        "policy member membership loyalty flight serial model vin upc isbn receipt transaction id license licence "
        "passport customer booking reservation rewards shipment package parcel sku batch loan application file "
        "employee badge student medicare area promo coupon error reason country merchant room gate meter".split(),
        "order",
    ),
    **dict.fromkeys(
        "paid pay owe owed balance amount amounts total payment payments cost costs charged charge worth sum bill "
        "price between earn make salary spent sent transferred withdrew deposited deposit fee fees limit $".split(),
        "amount",
    ),
    **dict.fromkeys("zip zipcode postal postcode address street apartment apt unit suite box".split(), "postal"),
    **dict.fromkeys(
        "expires expire expiry expiration exp expiring valid thru through date dated born birthday birth year years "
        "due since until dob".split(),
        "date",
    ),
    **dict.fromkeys(MONTHS, "date"),
    **dict.fromkeys("ending ends ended end".split(), "last"),
    **dict.fromkeys("account acct accounts acc checking chequing savings iban a/c".split(), "account"),
    **dict.fromkeys("routing aba transit institution sort swift bic".split(), "routing"),
    **dict.fromkeys("ssn social socials sin itin".split(), "ssn"),
    **dict.fromkeys("cvv cvv2 cvc cvc2 cid csc cvn cw ccv cbv cvb cvd".split(), "code"),
    **dict.fromkeys("pin pins passcode password passwd pwd passphrase".split(), "pin"),
    **dict.fromkeys("card cards visa mastercard amex discover debit credit jcb diners maestro unionpay".split(), "card"),
}  # fmt: skip
"""What a word says about the number that follows it."""

MASKS: dict[str, str] = {
    "card_number": "[card number]",
    "card_code": "[card code]",
    "ssn": "[ssn]",
    "bank_account": "[bank account]",
    "password": "[password]",
}
"""What stands in the text instead, by kind."""
