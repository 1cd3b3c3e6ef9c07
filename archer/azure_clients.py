"""What Azure's clients have in common here."""

from functools import cache
from typing import Any
from urllib.request import getproxies


@cache
def transport_options() -> dict[str, Any]:
    """Options of every client's transport: without a proxy in the environment none is looked for at each request.

    The look-up reads the whole environment and, in a thread, a netrc file: a fifth of what a small request costs.
    """
    return {"use_env_settings": bool(getproxies())}
