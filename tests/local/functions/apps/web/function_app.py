"""HTTP functions that show one behaviour each."""

import contextvars
import json
import threading

import azure.functions as func

app = func.FunctionApp(http_auth_level=func.AuthLevel.FUNCTION)


def answer(value: object) -> func.HttpResponse:
    return func.HttpResponse(json.dumps(value), mimetype="application/json")


@app.route(auth_level=func.AuthLevel.ANONYMOUS)
def named_by_function(req: func.HttpRequest) -> str:
    return f"{req.method} text"


@app.route(route="echo/{kind?}", methods=["POST"], auth_level=func.AuthLevel.ANONYMOUS)
async def echo(req: func.HttpRequest, context: func.Context) -> func.HttpResponse:
    return answer(
        {
            "method": req.method,
            "url": req.url,
            "params": dict(req.params),
            "route": dict(req.route_params),
            "x": req.headers.get("X-Thing"),
            "body": req.get_body().decode(),
            "function": context.function_name,
            "trace": context.trace_context.trace_parent,
            "thread": threading.current_thread() is threading.main_thread(),
        }
    )


@app.route(route="items/{id:int}", methods=["GET"], auth_level=func.AuthLevel.ANONYMOUS)
def item(req: func.HttpRequest) -> func.HttpResponse:
    return answer({"number": req.route_params["id"]})


@app.route(route="items/{name}", methods=["GET"], auth_level=func.AuthLevel.ANONYMOUS)
def item_by_name(req: func.HttpRequest) -> func.HttpResponse:
    return answer({"name": req.route_params["name"]})


@app.route(route="items/special", methods=["GET"], auth_level=func.AuthLevel.ANONYMOUS)
def special(req: func.HttpRequest) -> func.HttpResponse:
    return answer("special")


@app.route(route="{*rest}", methods=["GET"], auth_level=func.AuthLevel.ANONYMOUS)
def rest(req: func.HttpRequest) -> func.HttpResponse:
    return answer({"rest": req.route_params.get("rest")})


@app.route(route="secret", methods=["GET"])
def secret(req: func.HttpRequest) -> str:
    return "opened"


@app.route(route="broken", methods=["GET"], auth_level=func.AuthLevel.ANONYMOUS)
def broken(req: func.HttpRequest) -> func.HttpResponse:
    raise RuntimeError("account 4111111111111111 does not exist")


@app.route(route="nothing", methods=["GET"], auth_level=func.AuthLevel.ANONYMOUS)
def nothing(req: func.HttpRequest) -> func.HttpResponse:
    return None


@app.route(route="cookies", methods=["GET"], auth_level=func.AuthLevel.ANONYMOUS)
def cookies(req: func.HttpRequest) -> func.HttpResponse:
    response = func.HttpResponse("sweet", status_code=201, headers={"X-Made": "yes"})
    response.headers.add("Set-Cookie", "a=1; Path=/")
    response.headers.add("Set-Cookie", "b=2; HttpOnly")
    return response


asked: contextvars.ContextVar[str] = contextvars.ContextVar("asked", default="unset")


@app.route(route="thread", methods=["GET"], auth_level=func.AuthLevel.ANONYMOUS)
def thread(req: func.HttpRequest) -> func.HttpResponse:
    before = asked.get()
    asked.set("by a request")
    return answer({"main": threading.current_thread() is threading.main_thread(), "before": before})
