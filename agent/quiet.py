"""When the agent speaks unasked: nobody has spoken for a while, the caller stopped keying, or a noise does not end."""

import asyncio
from collections.abc import Callable

from agent.dialogue import Timing
from agent.speech import Speech

LOOK_AGAIN_SECONDS = 1.0


class QuietWatch:
    """One timer for one call. `wake` is called with `silence` or `stuck`; `busy` tells that an answer is being made."""

    def __init__(
        self, timing: Timing, now: Callable[[], float], wake: Callable[[str], None], busy: Callable[[], bool]
    ) -> None:
        self.caller_since: float | None = None
        """Since when the caller is speaking."""
        self._timing, self._now, self._wake, self._busy = timing, now, wake, busy
        self._quiet_since: float | None = None
        self._keying = False
        self._speech: Speech | None = None
        self._timer: asyncio.TimerHandle | None = None

    def caller_began(self) -> None:
        """The caller's voice is on the line."""
        self.caller_since = self._now()

    def caller_ended(self) -> None:
        """The caller's turn is over."""
        self.caller_since = self._quiet_since = None

    def caller_keyed(self) -> None:
        """The caller pressed a key: the next one is waited for not as long as a word."""
        self._quiet_since, self._keying = None, True

    def agent_sent(self) -> None:
        """The agent is about to be heard."""
        self._quiet_since, self._keying = None, False

    def agent_ceased(self) -> None:
        """The agent's voice went off."""
        self._quiet_since = self._now()

    @property
    def seconds(self) -> float:
        """How long nobody has spoken."""
        return 0.0 if self._quiet_since is None else self._now() - self._quiet_since

    def start(self, speech: Speech | None) -> None:
        """Look when the line will have been silent for long enough. Without speech there is no conversation yet."""
        self._speech, now = speech, self._now()
        if self._quiet_since is None and (speech is None or not speech.speaking):
            self._quiet_since = now if speech is None else max(now, speech.quiet_at(now))
        wait = self._timing.keypad if self._keying else self._timing.silence
        self._keying = False
        self._look_in(wait + max(0.0, (self._quiet_since or now) - now))

    def stop(self) -> None:
        """The call is over."""
        if self._timer is not None:
            self._timer.cancel()

    def _look_in(self, seconds: float) -> None:
        self.stop()
        self._timer = asyncio.get_running_loop().call_later(seconds, self._look)

    def _look(self) -> None:
        now = self._now()
        if self.caller_since is not None:
            if now - self.caller_since >= self._timing.stuck:
                self._wake("stuck")
            else:
                self._look_in(LOOK_AGAIN_SECONDS)
        elif self._busy() or (self._speech is not None and self._speech.voice_is_on(now)):
            self._look_in(LOOK_AGAIN_SECONDS)
        elif self._speech is not None:
            self._wake("silence")
