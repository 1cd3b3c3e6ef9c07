"""The task hub: one SQLite file that holds everything a restart must find again.

Write-ahead log with `synchronous=NORMAL`: a killed process loses nothing that was committed. Used from the event
loop's thread only.
"""

import fcntl
import json
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import IO, Any

from local.functions.durable.history import Event, Parent, Status, dumps, moment, stamp
from local.functions.errors import LoadError

SCHEMA = """
create table if not exists instances (
    id text primary key, execution_id text not null, name text not null, version text, status text not null,
    input text, output text, custom_status text, created text not null, updated text not null, parent text);
create index if not exists instances_by_status on instances (status);
create table if not exists history (
    instance_id text, sequence integer, event text not null, primary key (instance_id, sequence)) without rowid;
create table if not exists messages (
    key integer primary key, instance_id text not null, execution_id text, due text, timer integer,
    event text not null);
create index if not exists messages_by_instance on messages (instance_id);
create table if not exists activities (
    key integer primary key, instance_id text not null, execution_id text not null, task integer not null,
    name text not null, input text, http text);
create table if not exists entities (id text primary key, name text not null, state text, updated text not null);
create table if not exists operations (key integer primary key, entity_id text not null, request text not null);
create table if not exists leases (
    message_id text, queue text, connection text not null, receipt text not null, primary key (message_id, queue));
create table if not exists schedules (function text primary key, last text, next text not null, updated text not null);
"""
COLUMNS = "id, execution_id, name, version, status, input, output, custom_status, created, updated, parent"


@dataclass
class InstanceRow:
    """One orchestration instance, without its history."""

    id: str
    execution_id: str
    name: str
    version: str | None
    status: Status
    input: str | None
    """JSON text, as the orchestrator's `input`."""
    output: str | None
    """JSON text; for a failed or terminated instance its reason."""
    custom_status: str | None
    created: datetime
    updated: datetime
    parent: Parent | None


@dataclass(frozen=True)
class Message:
    """An event on its way to an instance; with `due`, not before that moment."""

    key: int
    instance_id: str
    execution_id: str | None
    """The only execution it is meant for; None: whichever runs."""
    due: datetime | None
    timer: int | None
    event: Event


@dataclass(frozen=True)
class ActivityRow:
    """An activity to be run; it stays until its result is stored, so it runs at least once."""

    key: int
    instance_id: str
    execution_id: str
    task: int
    name: str
    input: str | None
    http: str | None
    """JSON of a durable HTTP request, instead of a function's input."""


@dataclass(frozen=True)
class Operation:
    """An operation that waits for its entity."""

    key: int
    entity_id: str
    request: dict[str, Any]


def _instance(row: Sequence[Any]) -> InstanceRow:
    id_, execution, name, version, status, input_, output, custom, created, updated, parent = row
    return InstanceRow(
        id=id_,
        execution_id=execution,
        name=name,
        version=version,
        status=Status(status),
        input=input_,
        output=output,
        custom_status=custom,
        created=moment(created),
        updated=moment(updated),
        parent=json.loads(parent) if parent else None,
    )


def _lock(path: Path) -> IO[str]:
    """Hold the file for this process alone: two hosts on one task hub would both run everything."""
    lock = path.with_name(path.name + ".lock").open("w")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        lock.close()
        raise LoadError(f"{path} is in use by another host") from None
    return lock


class Store:
    """Typed access to the file; writes belong inside `transaction()`."""

    def __init__(self, path: Path | str) -> None:
        """Open the file, made when missing; raises LoadError when another process has it open."""
        self._lock = None if str(path) == ":memory:" else _lock(Path(path))
        self._db = sqlite3.connect(path, isolation_level=None)
        self._db.execute("pragma journal_mode=wal")
        self._db.execute("pragma synchronous=normal")
        self._db.execute("pragma busy_timeout=2000")
        self._db.executescript(SCHEMA)

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Everything written inside is stored together or not at all."""
        self._db.execute("begin immediate")
        try:
            yield
        except BaseException:
            self._db.execute("rollback")
            raise
        self._db.execute("commit")

    def close(self) -> None:
        """Close the file."""
        self._db.close()
        if self._lock is not None:
            self._lock.close()

    # Instances and history.

    def instance(self, instance_id: str) -> InstanceRow | None:
        """One instance, None when there is none of this id."""
        row = self._db.execute(f"select {COLUMNS} from instances where id=?", (instance_id,)).fetchone()  # noqa: S608
        return _instance(row) if row else None

    def instances(
        self,
        *,
        prefix: str = "",
        statuses: Sequence[str] = (),
        created_from: datetime | None = None,
        created_to: datetime | None = None,
        after: tuple[str, str] | None = None,
        limit: int = -1,
    ) -> list[InstanceRow]:
        """Instances by creation; `after` is the (creation stamp, id) of the last one already seen."""
        where, values = ["substr(id, 1, ?) = ?"], [len(prefix), prefix]
        if statuses:
            where.append(f"status in ({','.join('?' * len(statuses))})")
            values += list(statuses)
        if created_from is not None:
            where.append("created >= ?")
            values.append(stamp(created_from))
        if created_to is not None:
            where.append("created <= ?")
            values.append(stamp(created_to))
        if after is not None:
            where.append("(created, id) > (?, ?)")
            values += list(after)
        query = f"select {COLUMNS} from instances where {' and '.join(where)} order by created, id limit ?"  # noqa: S608
        return [_instance(row) for row in self._db.execute(query, (*values, limit))]

    def put_instance(self, i: InstanceRow) -> None:
        """Store an instance, in place of one of the same id."""
        parent = dumps(i.parent) if i.parent else None
        fields = (i.id, i.execution_id, i.name, i.version, i.status, i.input, i.output, i.custom_status)
        self._db.execute(
            "insert or replace into instances values (?,?,?,?,?,?,?,?,?,?,?)",
            (*fields, stamp(i.created), stamp(i.updated), parent),
        )

    def history(self, instance_id: str) -> list[Event]:
        """The stored events of an instance, oldest first."""
        query = "select event from history where instance_id=? order by sequence"
        return [json.loads(text) for (text,) in self._db.execute(query, (instance_id,))]

    def append_history(self, instance_id: str, start: int, events: Sequence[Event]) -> None:
        """Store events from the sequence number `start` on."""
        rows = [(instance_id, start + number, dumps(event)) for number, event in enumerate(events)]
        self._db.executemany("insert into history values (?,?,?)", rows)

    def clear_history(self, instance_id: str) -> None:
        """Forget the events of an instance."""
        self._db.execute("delete from history where instance_id=?", (instance_id,))

    def purge(self, instance_id: str) -> None:
        """Forget an instance altogether."""
        self._db.execute("delete from instances where id=?", (instance_id,))
        self._db.execute("delete from history where instance_id=?", (instance_id,))
        self._db.execute("delete from messages where instance_id=?", (instance_id,))
        self._db.execute("delete from activities where instance_id=?", (instance_id,))

    # Messages.

    def post(
        self,
        instance_id: str,
        event: Event,
        *,
        execution_id: str | None = None,
        due: datetime | None = None,
        timer: int | None = None,
    ) -> Message:
        """Store a message for an instance."""
        values = (instance_id, execution_id, stamp(due) if due else None, timer, dumps(event))
        query = "insert into messages (instance_id, execution_id, due, timer, event) values (?,?,?,?,?)"
        key = self._db.execute(query, values).lastrowid
        assert key is not None
        return Message(key, instance_id, execution_id, due, timer, event)

    def messages(self) -> list[Message]:
        """Every message, oldest first."""
        query = "select key, instance_id, execution_id, due, timer, event from messages order by key"
        return [
            Message(key, instance, execution, moment(due) if due else None, timer, json.loads(event))
            for key, instance, execution, due, timer, event in self._db.execute(query)
        ]

    def consume(self, keys: Sequence[int]) -> None:
        """Forget messages that have been dealt with."""
        self._db.executemany("delete from messages where key=?", [(key,) for key in keys])

    def drop_messages(self, instance_id: str, keep_unbound: bool = False) -> None:
        """Forget the messages of an instance; `keep_unbound` spares those not meant for one execution."""
        query = "delete from messages where instance_id=? and (execution_id is not null or not ?)"
        self._db.execute(query, (instance_id, keep_unbound))

    # Activities.

    def add_activity(
        self, instance_id: str, execution_id: str, *, task: int, name: str, input_: str | None, http: str | None
    ) -> ActivityRow:
        """Store an activity to be run."""
        query = "insert into activities (instance_id, execution_id, task, name, input, http) values (?,?,?,?,?,?)"
        values = (instance_id, execution_id, task, name, input_, http)
        key = self._db.execute(query, values).lastrowid
        assert key is not None
        return ActivityRow(key, *values)

    def activities(self) -> list[ActivityRow]:
        """Every activity without a stored result, oldest first."""
        return [ActivityRow(*row) for row in self._db.execute("select * from activities order by key")]

    def finish_activity(self, key: int) -> bool:
        """Forget an activity; False when it was purged meanwhile."""
        return self._db.execute("delete from activities where key=?", (key,)).rowcount > 0

    # Entities.

    def entity(self, entity_id: str) -> str | None:
        """The state of an entity as JSON text, None when it does not exist."""
        row = self._db.execute("select state from entities where id=?", (entity_id,)).fetchone()
        return row[0] if row else None

    def entities(self, name: str) -> list[tuple[str, str | None, str]]:
        """Id, state and time of the last operation of every entity of a name."""
        query = "select id, state, updated from entities where name=? order by id"
        return self._db.execute(query, (name,)).fetchall()

    def put_entity(self, entity_id: str, name: str, state: str | None, updated: datetime) -> None:
        """Store an entity's state."""
        values = (entity_id, name, state, stamp(updated))
        self._db.execute("insert or replace into entities values (?,?,?,?)", values)

    def delete_entity(self, entity_id: str) -> None:
        """Forget an entity."""
        self._db.execute("delete from entities where id=?", (entity_id,))

    def add_operation(self, entity_id: str, request: dict[str, Any]) -> None:
        """Store an operation for an entity."""
        self._db.execute("insert into operations (entity_id, request) values (?,?)", (entity_id, dumps(request)))

    def operations(self, entity_id: str) -> list[Operation]:
        """The operations that wait for an entity, oldest first."""
        query = "select key, entity_id, request from operations where entity_id=? order by key"
        rows = self._db.execute(query, (entity_id,))
        return [Operation(key, entity, json.loads(request)) for key, entity, request in rows]

    def waiting_entities(self) -> list[str]:
        """The entities that have operations waiting."""
        return [
            row[0] for row in self._db.execute("select entity_id from operations group by entity_id order by min(key)")
        ]

    def finish_operations(self, operations: Sequence[Operation]) -> None:
        """Forget operations that have been carried out."""
        self._db.executemany("delete from operations where key=?", [(operation.key,) for operation in operations])

    # Timer triggers.

    def schedule(self, function: str) -> tuple[datetime | None, datetime] | None:
        """When a timer trigger ran last, and was to run next."""
        row = self._db.execute("select last, next from schedules where function=?", (function,)).fetchone()
        return (moment(row[0]) if row[0] else None, moment(row[1])) if row else None

    def put_schedule(self, function: str, last: datetime | None, following: datetime, updated: datetime) -> None:
        """Store when a timer trigger ran and will run."""
        values = (function, stamp(last) if last else None, stamp(following), stamp(updated))
        self._db.execute("insert or replace into schedules values (?,?,?,?)", values)

    # Queue messages being worked on.

    def put_lease(self, connection: str, queue: str, message_id: str, receipt: str) -> None:
        """Store that this process holds a queue message, so that the next one can give it back at once."""
        values = (message_id, queue, connection, receipt)
        self._db.execute("insert or replace into leases values (?,?,?,?)", values)

    def drop_lease(self, queue: str, message_id: str) -> None:
        """The message is no longer held."""
        self._db.execute("delete from leases where message_id=? and queue=?", (message_id, queue))

    def take_leases(self) -> list[tuple[str, str, str, str]]:
        """Connection, queue, message id and receipt of what a former process held, and forget it."""
        rows = self._db.execute("select connection, queue, message_id, receipt from leases").fetchall()
        self._db.execute("delete from leases")
        return rows
