"""Who is connected where: the connections of all hubs, and whom a message or an operation is meant for."""

from collections.abc import Collection, Iterator

from local.webpubsub.connection import Connection
from local.webpubsub.frames import Message


class Registry:
    """All connections of the service; hub names are told apart without regard to case."""

    def __init__(self) -> None:
        self._hubs: dict[str, dict[str, Connection]] = {}

    def add(self, connection: Connection) -> None:
        """A client has connected."""
        self._hubs.setdefault(connection.hub, {})[connection.id] = connection

    def remove(self, connection: Connection) -> None:
        """A connection is over."""
        self._hubs.get(connection.hub, {}).pop(connection.id, None)

    def all(self) -> list[Connection]:
        """Every connection of every hub."""
        return [connection for hub in self._hubs.values() for connection in hub.values()]

    def get(self, hub: str, connection_id: str) -> Connection | None:
        """One connection, if it is (still) there."""
        return self._hubs.get(hub, {}).get(connection_id)

    def find(
        self,
        hub: str,
        *,
        group: str | None = None,
        user: str | None = None,
        connection: str | None = None,
        excluded: Collection[str] = (),
    ) -> Iterator[Connection]:
        """The connections of a hub that meet every condition given."""
        for candidate in list(self._hubs.get(hub, {}).values()):
            if (
                candidate.id not in excluded
                and (group is None or group in candidate.groups)
                and (user is None or user == candidate.user_id)
                and (connection is None or connection == candidate.id)
            ):
                yield candidate

    def publish(self, hub: str, group: str, message: Message, excluded: Collection[str] = ()) -> None:
        """Send a message to a group."""
        for connection in self.find(hub, group=group, excluded=excluded):
            connection.deliver(message)
