"""What the doctor finds, and what it advises."""

import pytest

from local import doctor
from local.__main__ import main
from local.ports import Ports
from local.stack import free_port_base


def verdicts(findings):
    return [finding.verdict for finding in findings]


def test_this_machine_can_run_the_stack(capsys):
    base = free_port_base()
    assert main(["doctor", "--port-base", str(base)]) == 0
    out = capsys.readouterr().out
    assert "PostgreSQL) 18" in out
    assert "node" in out


def test_what_would_stop_up_is_a_failure_with_advice():
    assert verdicts(doctor.check_python((3, 10))) == ["fail"]
    assert "make room" in doctor.check_disk(free_bytes=1024)[0].text
    taken = doctor.check_ports(Ports(), free=lambda port: port != 7071)
    assert verdicts(taken) == ["fail"]
    assert "7071 (functions) is taken" in taken[0].text
    assert "--port-base" in taken[0].text


def test_a_machine_without_node_is_told_what_happens(monkeypatch, tmp_path):
    monkeypatch.setattr("local.azurite.node_of_machine", lambda: None)
    monkeypatch.setattr("local.azurite.node_of_package", lambda: None)
    found = doctor.check_node(tmp_path)
    assert verdicts(found) == ["note", "note"]
    assert "node-requirements.txt" in found[0].text


def test_names_of_keys_are_shown_but_never_their_values():
    secret = "sk-very-secret"
    found = doctor.check_keys({"OPENAI_API_KEY": secret, "TWILIO_ACCOUNT_SID": secret})
    assert [finding.verdict for finding in found] == ["note", "ok", "ok"]
    assert "TWILIO_AUTH_TOKEN" in found[0].text
    assert all(secret not in finding.text for finding in found)


def test_misspelt_names_in_the_env_file_are_pointed_out(tmp_path):
    (tmp_path / ".env").write_text("TWILLIO_ACCOUNT_SID=secret\nAGENT_MODEL=x\n")
    (found,) = doctor.check_env_file(tmp_path)
    assert found.verdict == "note"
    assert "TWILLIO_ACCOUNT_SID" in found.text
    assert "secret" not in found.text


@pytest.mark.parametrize(("argv", "code"), [([], 2), (["fly"], 2), (["--help"], 0)])
def test_commands_are_listed(argv, code, capsys):
    assert main(argv) == code
    out, err = capsys.readouterr()
    assert "doctor" in (err if code else out)
