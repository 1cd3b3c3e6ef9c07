"""Why the host refuses an app, in the words a developer can act on."""


class LoadError(Exception):
    """The app cannot be served, here or on Azure; the message names the function and the reason."""


class FunctionLoadError(LoadError):
    """One function cannot be served."""

    def __init__(self, function: str, reason: str) -> None:
        super().__init__(f"cannot load the function {function!r}: {reason}")
        self.function = function
