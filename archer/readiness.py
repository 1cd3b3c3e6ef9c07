"""Is the compliance side of a call working (P-31)? Asked before each dial and by the health endpoint."""

from archer.compliance.redaction import redact

_PROBE = "my card is 4111 1111 1111 1111"


class ComplianceNotReady(RuntimeError):
    """A guard does not do its work; nothing may be dialed."""


def compliance_ready() -> None:
    """Raise ComplianceNotReady unless redaction works in this process."""
    if "1111" in redact(_PROBE).text:
        raise ComplianceNotReady("redaction let a card number through")


def is_ready() -> bool:
    """Whether a call may be placed as far as the guards are concerned."""
    try:
        compliance_ready()
    except ComplianceNotReady:
        return False
    return True
