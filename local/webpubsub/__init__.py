"""Azure Web PubSub on one machine: the same wire, REST and tokens, so that the official SDKs work unchanged.

Rules: Azure Web PubSub's JSON subprotocol references and the data-plane REST API 2024-12-01. Everything is kept in
memory: after a restart a client's recovery is refused (1008) and its SDK reconnects and joins its groups again. Left
out: upstream event handlers, OData `filter`, MQTT and Socket.IO, anonymous clients.
"""

from local.webpubsub.app import create_app
from local.webpubsub.connection import Limits

__all__ = ["Limits", "create_app"]
