"""The Azure Functions app: a table of contents. HTTP in `api`, queues, timers and orchestrations in `durable`."""

import azure.functions as func

from api.app import build
from durable import blueprints

app = func.AsgiFunctionApp(app=build(), http_auth_level=func.AuthLevel.ANONYMOUS)
for blueprint in blueprints():
    app.register_functions(blueprint)
