"""Which stand-ins are started and what the processes are told, for each way of configuring a stack."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from archer.clock import from_environment
from local import environment
from local.environment import Endpoints
from local.ports import Ports
from local.state import Secrets, StateDirectory, UsageError

ALL = {"postgres", "azurite", "webpubsub", "registry", "twilio", "cartesia"}
TWILIO = {"TWILIO_ACCOUNT_SID": "ACreal", "TWILIO_AUTH_TOKEN": "t", "TWILIO_FROM_NUMBER": "+14155550100"}
CARTESIA = {"CARTESIA_API_KEY": "sk", "CARTESIA_AGENT_ID": "agent_real"}
SECRETS = Secrets()


def plan(settings=None, without=(), policy=None):
    endpoints = Endpoints("app-url", "owner-url", "storage", Ports.from_base(20000), SECRETS)
    return environment.plan(settings or {}, frozenset(without), endpoints, policy)


def test_with_nothing_given_everything_is_a_stand_in():
    made = plan()
    assert made.stand_ins == ALL
    assert made.env["ENVIRONMENT"] == "development"
    assert made.env["TWILIO_API_BASE_URL"] == "http://127.0.0.1:20007"
    assert made.env["CARTESIA_BASE_URL"] == "http://127.0.0.1:20008"
    assert made.env["PUBLIC_API_URL"] == "http://127.0.0.1:20000"
    assert made.env["PUBLIC_AGENT_URL"] == "http://127.0.0.1:20001"
    assert made.env["DATABASE_URL"] == "app-url"
    assert "DATABASE_OWNER_URL" not in made.env
    assert made.owner_url == "owner-url"
    assert len(made.env["CALL_TOKEN_SECRET"]) >= 32


@pytest.mark.parametrize(
    ("settings", "replaced"),
    [
        (TWILIO, {"twilio"}),
        (CARTESIA, {"cartesia"}),
        (TWILIO | CARTESIA, {"twilio", "cartesia"}),
        ({"TWILIO_API_BASE_URL": "http://mine"}, {"twilio"}),
        ({"TWILIO_ACCOUNT_SID": "alone"}, set()),
        ({"AzureWebJobsStorage": "x"}, {"azurite"}),
        ({"WEB_PUBSUB_CONNECTION_STRING": "x"}, {"webpubsub"}),
        ({"REASSIGNED_NUMBERS_BASE_URL": "x"}, {"registry"}),
        ({"DATABASE_URL": "a", "DATABASE_OWNER_URL": "b"}, {"postgres"}),
        ({"DATABASE_URL": "somebody else's"}, set()),
    ],
)
def test_what_is_given_replaces_its_own_stand_in_only(settings, replaced):
    assert plan(settings).stand_ins == ALL - replaced


def test_real_keys_leave_the_real_addresses():
    made = plan(TWILIO | CARTESIA)
    assert "TWILIO_API_BASE_URL" not in made.env
    assert "CARTESIA_BASE_URL" not in made.env
    assert made.env["TWILIO_ACCOUNT_SID"] == "ACreal"


def test_a_lone_database_url_is_not_touched():
    assert plan({"DATABASE_URL": "somebody else's"}).env["DATABASE_URL"] == "app-url"


def test_the_agent_sees_no_database_and_no_carrier():
    env = environment.for_agent(plan({"OPENAI_API_KEY": "k"}).env)
    assert {"PUBLIC_API_URL", "CARTESIA_API_KEY", "LINE_SERVER_TOKEN", "OPENAI_API_KEY"} <= set(env)
    assert not any(name.startswith(("DATABASE_", "TWILIO_", "Azure", "CALL_TOKEN")) for name in env)


def test_a_line_token_is_asked_of_our_own_cartesia_only():
    assert plan().env["LINE_SERVER_TOKEN"] == SECRETS.line_token
    assert "LINE_SERVER_TOKEN" not in plan({"CARTESIA_BASE_URL": "http://mine"}).env


def test_without_carrier_takes_the_addresses_given_or_says_what_is_missing():
    mine = {"TWILIO_API_BASE_URL": "http://t", "CARTESIA_BASE_URL": "http://c"}
    made = plan(mine, ["carrier"])
    assert made.stand_ins == ALL - {"twilio", "cartesia"}
    assert made.env["TWILIO_API_BASE_URL"] == "http://t"
    assert made.env["TWILIO_ACCOUNT_SID"].startswith("AC")
    with pytest.raises(UsageError, match="CARTESIA_BASE_URL"):
        plan({"TWILIO_API_BASE_URL": "http://t"}, ["carrier"])


def test_environment_comes_before_the_env_file(tmp_path: Path):
    (tmp_path / ".env").write_text("AGENT_MODEL=from-file\nOPENAI_API_KEY=k\nTWILIO_API_BASE_URL=\n")
    assert environment.given(tmp_path, {"AGENT_MODEL": "from-env", "EMPTY": ""}) == {
        "AGENT_MODEL": "from-env",
        "OPENAI_API_KEY": "k",
    }


def test_one_anchor_is_shared_by_all(monkeypatch):
    now = datetime(2026, 11, 20, 15, tzinfo=UTC)
    policy = environment.clock(60, now)
    assert policy is not None
    env = plan({"ARCHER_CLOCK_RATE": "5"}, policy=policy).env
    for name in environment.CLOCK_NAMES:
        monkeypatch.setenv(name, env[name])
    assert from_environment() == policy
    assert environment.clock(1, None) is None
    assert "ARCHER_CLOCK_RATE" not in plan({"ARCHER_CLOCK_RATE": "5"}).env


@pytest.mark.parametrize(("rate", "now"), [(0, None), (-1, None), (1, datetime(2026, 1, 1))])
def test_a_clock_that_cannot_be_is_refused(rate, now):
    with pytest.raises(UsageError):
        environment.clock(rate, now)


def test_secrets_are_kept_private_and_stay(tmp_path):
    state = StateDirectory(tmp_path / "state")
    state.acquire(fresh=False, report=print)
    first = state.secrets()
    assert state.secrets() == first
    assert (tmp_path / "state" / "secrets.json").stat().st_mode & 0o777 == 0o600
    with pytest.raises(UsageError, match="already runs"):
        StateDirectory(tmp_path / "state").acquire(fresh=False, report=print)
    state.empty()
    assert state.secrets() != first
    state.release()


def test_fresh_does_not_empty_a_directory_that_is_not_a_stacks(tmp_path):
    (tmp_path / "thesis.txt").write_text("precious")
    with pytest.raises(UsageError, match="does not look like"):
        StateDirectory(tmp_path).acquire(fresh=True, report=print)
    assert (tmp_path / "thesis.txt").exists()
