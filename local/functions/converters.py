"""Which official converter carries a value between host and function, and what annotation it accepts.

The registry is that of `azure.functions`. A binding type it does not know, and a parameter annotated `str` or
`bytes`, are carried as they are, as the Python worker does with its generic binding.
"""

from typing import Any, Protocol

import azure.functions as func
from azure.functions.meta import Datum

GENERIC = "generic"


class Converter(Protocol):
    """The part of an `azure.functions` converter that the host calls; a converter may lack half of it."""

    def check_input_type_annotation(self, pytype: type) -> bool: ...
    def check_output_type_annotation(self, pytype: type) -> bool: ...
    def decode(self, data: Datum, *, trigger_metadata: dict[str, Datum] | None) -> Any: ...
    def encode(self, obj: Any, *, expected_type: type | None) -> Datum | None: ...


class GenericConverter:
    """Text and bytes, untouched."""

    def check_input_type_annotation(self, pytype: type) -> bool:
        return issubclass(pytype, (str, bytes))

    def check_output_type_annotation(self, pytype: type) -> bool:
        return issubclass(pytype, (str, bytes, bytearray))

    def decode(self, data: Datum, *, trigger_metadata: dict[str, Datum] | None) -> Any:  # noqa: ARG002 - the protocol's
        if data.type not in ("string", "bytes", "json", None):
            raise ValueError(f"data of type {data.type!r} cannot be handed over as text or bytes")
        return data.value

    def encode(self, obj: Any, *, expected_type: type | None) -> Datum | None:  # noqa: ARG002 - the protocol's
        if isinstance(obj, str):
            return Datum(obj, "string")
        if isinstance(obj, (bytes, bytearray)):
            return Datum(bytes(obj), "bytes")
        raise NotImplementedError


_GENERIC = GenericConverter()


def converter(binding_type: str) -> Converter:
    """The converter of a binding type, the generic one when `azure.functions` has none."""
    found: Converter | None = func.get_binding_registry().get(binding_type)
    return _GENERIC if found is None else found


def has_implicit_output(binding_type: str) -> bool:
    """Whether a function with such a trigger returns a value without declaring a `$return` binding."""
    answer = getattr(converter(binding_type), "has_implicit_output", None)
    return bool(answer()) if answer is not None else False


def datum_of(binding_type: str, value: Any, expected: type | None) -> Datum | None:
    """A value as the host carries it; raises TypeError when the binding cannot carry this type."""
    try:
        return converter(binding_type).encode(value, expected_type=expected)
    except NotImplementedError:
        raise TypeError(f"a {binding_type} binding cannot carry a value of type {type(value).__name__}") from None
