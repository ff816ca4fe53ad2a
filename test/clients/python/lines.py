"""The protocol of test/clients/support/program.ts: a JSON line in, a JSON line out, until the input ends."""

import json
import sys
import time


def serve(scenarios, to_error):
    """Answers each request by the function of its scenario; what that raises is told as the client's own error."""
    for line in sys.stdin:
        ask = json.loads(line)
        try:
            answer = {"ok": scenarios[ask["scenario"]](ask)}
        except Exception as error:  # noqa: BLE001 -- whatever a client raises is what the tests ask for
            answer = {"error": {"type": type(error).__name__, "message": str(error), **to_error(error)}}
        print(json.dumps(answer), flush=True)


def to_wait(headers):
    """Seconds to wait by the headers that an error carries, as GitHub's documentation reads them; None without any."""
    headers = headers or {}
    if headers.get("retry-after"):
        return int(headers["retry-after"])
    if headers.get("x-ratelimit-remaining") == "0":
        return int(headers["x-ratelimit-reset"]) - round(time.time())
    return None
