"""REST API 2010-04-01: text messages; and Lookup v2 (https://www.twilio.com/docs/lookup/v2-api)."""

import phonenumbers
from aiohttp import web

from local.twilio.errors import TwilioError
from local.twilio.records import Message
from local.twilio.rest import CARRIER, check_numbers, check_url, page, time_filter

_LONGEST_BODY = 1600


def routes() -> list[web.RouteDef]:
    """The resources of this module."""
    account = "/2010-04-01/Accounts/{account}"
    return [
        web.post(f"{account}/Messages.json", create_message),
        web.get(f"{account}/Messages.json", list_messages),
        web.get(f"{account}/Messages/{{message}}.json", fetch_message),
        web.post(f"{account}/Messages/{{message}}.json", update_message),
        web.get("/v2/PhoneNumbers/{number}", look_up),
    ]


async def create_message(request: web.Request) -> web.Response:
    """Send a text message."""
    carrier, form = request.app[CARRIER], await request.post()
    body = str(form.get("Body", ""))
    to, from_ = check_numbers(carrier, form, 21604, 21603)
    if not body:
        raise TwilioError(21602)
    if len(body) > _LONGEST_BODY:
        raise TwilioError(21617)
    message = Message(
        request.match_info["account"],
        to,
        from_,
        body,
        messaging_service_sid=str(form.get("MessagingServiceSid", "")) or None,
        callback=check_url(str(form.get("StatusCallback", "")), 21609),
    )
    carrier.messages.send(message)
    return web.json_response(message.to_json(), status=201)


async def list_messages(request: web.Request) -> web.Response:
    """The messages that fit the filters, newest first."""
    query = request.query
    to, from_ = query.get("To"), query.get("From")
    times = [time_filter(key, query[key]) for key in query if key.startswith("DateSent")]
    found = [
        message.to_json()
        for message in reversed(list(request.app[CARRIER].messages.all.values()))
        if to in (None, message.to)
        and from_ in (None, message.from_)
        and all(message.sent is not None and fits(message.sent) for fits in times)
    ]
    return web.json_response(page(request, "messages", found))


async def fetch_message(request: web.Request) -> web.Response:
    """One message."""
    return web.json_response(request.app[CARRIER].messages.find(request.match_info["message"]).to_json())


async def update_message(request: web.Request) -> web.Response:
    """Redact a message: its body can only be set to nothing."""
    message = request.app[CARRIER].messages.find(request.match_info["message"])
    if str((await request.post()).get("Body", "")):
        raise TwilioError(20001, "Body can only be set to an empty string")
    message.body = ""
    return web.json_response(message.to_json())


async def look_up(request: web.Request) -> web.Response:
    """What kind of line a number is; 404 for one that is not valid."""
    number, directory = request.match_info["number"], request.app[CARRIER].directory
    if not directory.valid(number):
        raise TwilioError(20404, f"/PhoneNumbers/{number}")
    parsed = phonenumbers.parse(number)
    wanted = request.query.get("Fields", "").split(",")
    line = None
    if "line_type_intelligence" in wanted:
        line = {
            "type": directory.facts(number).line_type,
            "carrier_name": "Stand-in Wireless",
            "mobile_country_code": "310",
            "mobile_network_code": "000",
            "error_code": None,
        }
    return web.json_response(
        {
            "phone_number": number,
            "national_format": phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.NATIONAL),
            "calling_country_code": str(parsed.country_code),
            "country_code": phonenumbers.region_code_for_number(parsed),
            "valid": True,
            "validation_errors": [],
            "line_type_intelligence": line,
            "caller_name": None,
            "url": f"https://lookups.twilio.com/v2/PhoneNumbers/{number}",
        }
    )
