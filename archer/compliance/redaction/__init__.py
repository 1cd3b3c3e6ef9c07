"""Take out of a text what must never be stored, logged, published or put into a prompt (I-20, PCI DSS 3.3.1)."""

from archer.compliance.redaction.engine import redact
from archer.compliance.redaction.model import Redaction
from archer.compliance.redaction.redactor import Redactor

__all__ = ["Redaction", "Redactor", "redact"]
