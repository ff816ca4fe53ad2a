"""The protocol of test/clients/support/program.ts: a JSON line in, a JSON line out, until the input ends."""

import json
import sys
import time


def serve(scenarios, to_error):
    """Responds to each request with the result of its scenario's function, or with the error that the function raises."""
    for line in sys.stdin:
        ask = json.loads(line)
        try:
            answer = {"ok": scenarios[ask["scenario"]](ask)}
        except Exception as error:  # noqa: BLE001 -- whatever a client raises is what the tests ask for
            answer = {"error": {"type": type(error).__name__, "message": str(error), **to_error(error)}}
        print(json.dumps(answer), flush=True)


def named(*functions):
    """Scenarios by the names of their functions."""
    return {function.__name__.replace("_", "-"): function for function in functions}


def limits(connect, get_gist, refusal):
    """Scenarios of a rate limit: a client without retries, its call for a gist, and the exception that a limit raises."""

    def get(client, id):
        return {"id": get_gist(client, id).id}

    def limited(ask):
        return get(connect(ask), ask["uncached"])

    def cached(ask):
        client = connect(ask)
        return [get(client, ask["cached"]) for _ in range(2)]

    def cached_after_limit(ask):
        client = connect(ask)
        try:
            return get(client, ask["uncached"])
        except refusal:
            return get(client, ask["cached"])

    return {
        "primary-limit": limited,
        "secondary-limit": limited,
        "cached-while-limited": cached,
        "cached-after-limit": cached_after_limit,
    }


def to_wait(headers):
    """Seconds to wait by the headers that an error carries, as GitHub's documentation reads them; None without any."""
    headers = headers or {}
    if headers.get("retry-after"):
        return int(headers["retry-after"])
    if headers.get("x-ratelimit-remaining") == "0":
        return int(headers["x-ratelimit-reset"]) - round(time.time())
    return None
