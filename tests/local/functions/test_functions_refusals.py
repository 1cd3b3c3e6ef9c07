"""What Azure would refuse is refused here when the app is loaded, with the reason."""

import textwrap
from pathlib import Path

import pytest

from local.functions.binder import load_app
from local.functions.configuration import read_host_options
from local.functions.errors import LoadError

HEAD = """
from typing import List
import azure.functions as func
import azure.durable_functions as df
app = df.DFApp(http_auth_level=func.AuthLevel.ANONYMOUS)
"""


def load(tmp_path: Path, body: str, head: str = HEAD, host: str = "{}", **environ: str) -> None:
    (tmp_path / "function_app.py").write_text(head + textwrap.dedent(body))
    (tmp_path / "host.json").write_text(host)
    load_app(tmp_path, read_host_options(tmp_path, environ), environ)


CASES = {
    "a parameter is not bound": (
        """
        @app.route(route="a")
        def f(req: func.HttpRequest, other: str) -> str: ...
        """,
        "'f'.*declared in Python but not bound: other",
    ),
    "a binding has no parameter": (
        """
        @app.route(route="a", trigger_arg_name="request")
        def f(req: func.HttpRequest) -> str: ...
        """,
        "'f'.*not bound: req",
    ),
    "an output has no parameter": (
        """
        @app.route(route="a")
        @app.queue_output(arg_name="out", queue_name="queue", connection="C")
        def f(req: func.HttpRequest) -> str: ...
        """,
        "without a parameter of their name: out",
    ),
    "a trigger has the wrong annotation": (
        """
        @app.route(route="a")
        def f(req: int) -> str: ...
        """,
        "req of type 'httpTrigger' does not match its annotation 'int'",
    ),
    "a union annotation": (
        """
        @app.queue_trigger(arg_name="msg", queue_name="queue", connection="C")
        def f(msg: func.QueueMessage | None) -> None: ...
        """,
        "invalid non-type annotation",
    ),
    "an output that is not Out": (
        """
        @app.route(route="a")
        @app.queue_output(arg_name="out", queue_name="queue", connection="C")
        def f(req: func.HttpRequest, out: str) -> str: ...
        """,
        "out is an output, but its annotation is not azure.functions.Out",
    ),
    "an input that is Out": (
        """
        @app.queue_trigger(arg_name="msg", queue_name="queue", connection="C")
        def f(msg: func.Out[str]) -> None: ...
        """,
        "msg is an input, but its annotation is azure.functions.Out",
    ),
    "a wrong return annotation": (
        """
        @app.route(route="a")
        def f(req: func.HttpRequest) -> int: ...
        """,
        "return annotation 'int' does not match",
    ),
    "a return annotation that is no type": (
        """
        @app.route(route="a")
        def f(req: func.HttpRequest) -> func.HttpResponse | None: ...
        """,
        "invalid non-type return annotation",
    ),
    "a built-in generic, which the worker does not know": (
        """
        @app.route(route="a")
        @app.queue_output(arg_name="out", queue_name="queue", connection="C")
        def f(req: func.HttpRequest, out: func.Out[list[str]]) -> str: ...
        """,
        "invalid non-type annotation",
    ),
    "a wrong context annotation": (
        """
        @app.route(route="a")
        def f(req: func.HttpRequest, context: dict) -> str: ...
        """,
        "context must be annotated azure.functions.Context",
    ),
    "an annotation that cannot be resolved": (
        """
        @app.route(route="a")
        def f(req: "func.Nothing") -> str: ...
        """,
        "annotations cannot be read",
    ),
    "no trigger": (
        """
        @app.queue_output(arg_name="out", queue_name="queue", connection="C")
        def f(out: func.Out[str]) -> None: ...
        """,
        "f does not have a trigger",
    ),
    "two triggers": (
        """
        @app.timer_trigger(arg_name="timer", schedule="0 0 * * * *")
        @app.route(route="a")
        def f(req: func.HttpRequest, timer: func.TimerRequest) -> str: ...
        """,
        "A trigger was already registered.*function_app.py, line",
    ),
    "two functions of one name": (
        """
        @app.route(route="a")
        def f(req: func.HttpRequest) -> str: ...
        @app.function_name("f")
        @app.route(route="b")
        def g(req: func.HttpRequest) -> str: ...
        """,
        "f does not have a unique function name",
    ),
    "two functions whose names differ in case": (
        """
        @app.route(route="a")
        def f(req: func.HttpRequest) -> str: ...
        @app.route(route="b")
        def F(req: func.HttpRequest) -> str: ...
        """,
        "'F'.*its name is taken by 'f'",
    ),
    "two functions of one route and method": (
        """
        @app.route(route="a/{x}", methods=["GET", "POST"])
        def f(req: func.HttpRequest) -> str: ...
        @app.route(route="A/{y}", methods=["POST"])
        def g(req: func.HttpRequest) -> str: ...
        """,
        "'g'.*conflicts with that of the function 'f'",
    ),
    "a route with a fault": (
        """
        @app.route(route="a/{x:integer}")
        def f(req: func.HttpRequest) -> str: ...
        """,
        "no route constraint 'integer'",
    ),
    "a schedule of too few fields": (
        """
        @app.timer_trigger(arg_name="timer", schedule="* * *")
        def f(timer: func.TimerRequest) -> None: ...
        """,
        "'\\* \\* \\*' is neither a valid NCRONTAB",
    ),
    "a schedule beyond the clock": (
        """
        @app.timer_trigger(arg_name="timer", schedule="0 61 * * * *")
        def f(timer: func.TimerRequest) -> None: ...
        """,
        "neither a valid NCRONTAB",
    ),
    "a schedule in another dialect": (
        """
        @app.timer_trigger(arg_name="timer", schedule="0 0 0 ? * MON#2")
        def f(timer: func.TimerRequest) -> None: ...
        """,
        "does not know",
    ),
    "a setting that is not set": (
        """
        @app.queue_trigger(arg_name="msg", queue_name="%WHICH%", connection="C")
        def f(msg: func.QueueMessage) -> None: ...
        """,
        "%WHICH% does not resolve",
    ),
    "a bad queue name": (
        """
        @app.queue_trigger(arg_name="msg", queue_name="Call_Requests", connection="C")
        def f(msg: func.QueueMessage) -> None: ...
        """,
        "'Call_Requests' is no queue name",
    ),
    "a binding that this host does not serve": (
        """
        @app.blob_trigger(arg_name="blob", path="a/b", connection="C")
        def f(blob: func.InputStream) -> None: ...
        """,
        "trigger binding of type 'blobTrigger' is not served",
    ),
    "two activities of one name": (
        """
        @app.activity_trigger(input_name="x", activity="same")
        def f(x: str) -> str: ...
        @app.activity_trigger(input_name="x", activity="Same")
        def g(x: str) -> str: ...
        """,
        "'Same' is the name of 'f' already",
    ),
    "a durable client in an orchestrator": (
        """
        @app.orchestration_trigger(context_name="context")
        @app.durable_client_input(client_name="client")
        def f(context, client): yield 1
        """,
        "client",
    ),
    "a blueprint registered twice": (
        """
        bp = func.Blueprint()
        @bp.route(route="a")
        def f(req: func.HttpRequest) -> str: ...
        app.register_functions(bp)
        app.register_functions(bp)
        """,
        "f does not have a unique function name",
    ),
    "an app registered as a blueprint": (
        """
        app.register_functions(func.FunctionApp())
        """,
        "can not be type of FunctionRegister",
    ),
    "two apps": (
        """
        other = func.FunctionApp()
        """,
        "more than one top-level function app: app, other",
    ),
    "an app without functions": ("", "registers no function"),
    "an import that fails": ("import no_such_module", "ModuleNotFoundError.*function_app.py, line 6"),
}


@pytest.mark.parametrize("case", CASES, ids=[case.replace(" ", "-") for case in CASES])
def test_refused(tmp_path: Path, case: str) -> None:
    body, reason = CASES[case]
    with pytest.raises(LoadError, match=reason):
        load(tmp_path, body)


def test_a_blueprint_that_nobody_registered_is_told(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    load(
        tmp_path,
        """
        forgotten = func.Blueprint()
        @forgotten.route(route="a")
        def f(req: func.HttpRequest) -> str: ...
        @app.route(route="b")
        def g(req: func.HttpRequest) -> str: ...
        """,
    )
    assert "blueprint forgotten of function_app is not registered" in caplog.text


def test_no_app_at_all(tmp_path: Path) -> None:
    with pytest.raises(LoadError, match="no top-level function app"):
        load(tmp_path, "", head="x = 1\n")
    (tmp_path / "function_app.py").unlink()
    with pytest.raises(LoadError, match="does not exist"):
        load_app(tmp_path, read_host_options(tmp_path, {}), {})


def test_what_is_right_is_taken(tmp_path: Path) -> None:
    load(
        tmp_path,
        """
        @app.function_name("Named-1")
        @app.route(route="a", methods=["GET"])
        @app.queue_output(arg_name="out", queue_name="queue", connection="C")
        def f(req: func.HttpRequest, out: func.Out[str], context: func.Context) -> func.HttpResponse: ...
        @app.route(route="a", methods=["POST"])
        def g(req, context): ...
        @app.queue_trigger(arg_name="msg", queue_name="%WHICH%", connection="C")
        @app.queue_output(arg_name="out", queue_name="queue", connection="C")
        async def h(msg: func.QueueMessage, out: func.Out[List[str]]) -> None: ...
        @app.activity_trigger(input_name="x")
        def i(x: dict) -> list[str]: ...
        @app.timer_trigger(arg_name="timer", schedule="*/5 * * * 1-5")
        def j(timer: func.TimerRequest) -> None: ...
        """,
        WHICH="queue-1",
    )


@pytest.mark.parametrize(
    ("queues", "reason"),
    [
        ('{"batchSize": 33}', "batchSize must be 1 to 32"),
        ('{"batchSize": "many"}', "batchSize must be a whole number"),
        ('{"visibilityTimeout": "30"}', "visibilityTimeout"),
        ('{"maxPollingInterval": "00:00:00.050"}', "at least"),
        ('{"messageEncoding": "rot13"}', "base64 or none"),
        ('["a"]', "must be an object"),
    ],
)
def test_a_host_json_with_a_fault(tmp_path: Path, queues: str, reason: str) -> None:
    with pytest.raises(LoadError, match=reason):
        load(tmp_path, "", host=f'{{"extensions": {{"queues": {queues}}}}}')


def test_a_host_json_that_is_none(tmp_path: Path) -> None:
    with pytest.raises(LoadError, match=r"host\.json is not JSON"):
        load(tmp_path, "", host="{")
