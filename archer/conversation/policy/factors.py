"""The two factors of verification as one turn gives them, in view of what was heard before."""

from typing import Literal, NamedTuple

from archer.conversation.slots import factors


class Factors(NamedTuple):
    """Last four and postal code, each None when it is not there."""

    last_four: str | None = None
    postal_code: str | None = None
    torso: str = ""
    """A factor that broke off at the end of the turn."""
    meant: bool = False
    """One that was heard before was named, or corrected."""

    @property
    def any(self) -> bool:
        """Something of them was said, and in full."""
        return bool(self.last_four or self.postal_code)

    @property
    def both(self) -> bool:
        """Both of them were said."""
        return bool(self.last_four and self.postal_code)


NONE = Factors()


def of(
    text: str,
    country: Literal["US", "CA"],
    last_four: str | None = None,
    postal_code: str | None = None,
    torso: str = "",
) -> Factors:
    """The factors in a turn, after what was heard before: each factor, and where the last turn broke off.

    A factor that is known stands against digits that neither name nor correct it: they are more likely a torso of
    the one that was asked for.
    """
    found = factors.read(text, country, last_four, postal_code)
    if torso and not found.last_four and not found.postal_code and not torso.startswith(found.torso or " "):
        joined = factors.read(f"{' '.join(torso)} {text}", country, last_four, postal_code)
        if bool(joined.last_four) != bool(joined.postal_code) and not joined.torso:
            found = joined
    four, code = found.last_four, found.postal_code
    alone = bool(four) != bool(code)
    if alone and four and last_four and four != last_four and not found.four_meant:
        four = None
    if alone and code and postal_code and code != postal_code and not found.code_meant:
        code = None
    meant = bool((four and found.four_meant) or (code and found.code_meant))
    return Factors(four, code, found.torso, meant)
