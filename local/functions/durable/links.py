"""The URLs that durable clients are given: the client binding's JSON and the check-status links."""

from local.functions.durable.history import dumps

WEBHOOK = "/runtime/webhooks/durabletask"
RPC = "/durabletask"
PLACEHOLDER = "INSTANCEID"


def management_links(base: str, instance_id: str, hub: str, code: str = "") -> dict[str, str]:
    """The links to one instance; `base` is the webhook's URL, `code` the key that it wants, if any."""
    instance = f"{base}/instances/{instance_id}"
    rest = f"taskHub={hub}&connection=Storage" + (f"&code={code}" if code else "")
    return {
        "id": instance_id,
        "statusQueryGetUri": f"{instance}?{rest}",
        "sendEventPostUri": f"{instance}/raiseEvent/{{eventName}}?{rest}",
        "terminatePostUri": f"{instance}/terminate?reason={{text}}&{rest}",
        "rewindPostUri": f"{instance}/rewind?reason={{text}}&{rest}",
        "purgeHistoryDeleteUri": f"{instance}?{rest}",
        "restartPostUri": f"{instance}/restart?{rest}",
        "suspendPostUri": f"{instance}/suspend?reason={{text}}&{rest}",
        "resumePostUri": f"{instance}/resume?reason={{text}}&{rest}",
    }


def client_binding(origin: str, hub: str, code: str = "") -> str:
    """The JSON of a durable client binding; `origin` is scheme, host and port at which this process answers itself."""
    webhook = origin + WEBHOOK
    query = f"code={code}" if code else ""
    start = f"{webhook}/orchestrators/{{functionName}}[/{{instanceId}}]"
    wait = "timeout={timeoutInSeconds}&pollingInterval={intervalInSeconds}"
    return dumps(
        {
            "taskHubName": hub,
            "creationUrls": {
                "createNewInstancePostUri": start + (f"?{query}" if query else ""),
                "createAndWaitOnNewInstancePostUri": f"{start}?{wait}" + (f"&{query}" if query else ""),
            },
            "managementUrls": management_links(webhook, PLACEHOLDER, hub, code),
            "baseUrl": webhook,
            "requiredQueryStringParameters": query,
            "rpcBaseUrl": f"{origin}{RPC}/",
        }
    )
