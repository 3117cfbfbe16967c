"""Prints the best candidates that wait for a decision, with what each would change. Needs nothing but Python 3.9.

    python3 best_candidates.py               the three best
    python3 best_candidates.py accept ID     makes an access profile of one
"""

import json
import os
import sys
import urllib.error
import urllib.parse
import urllib.request

BASE_URL = os.environ.get("ASSAY_URL", "http://127.0.0.1:8080")


def call(method, path, body=None, headers=None):
    """One call; what the platform refuses ends the program with its words."""
    request = urllib.request.Request(BASE_URL + path, data=body, method=method, headers=headers or {})
    try:
        with urllib.request.urlopen(request, timeout=60) as answer:
            return json.load(answer)
    except urllib.error.HTTPError as error:
        sys.exit(f"{method} {path}: {error.code} {error.read().decode()}")


def token():
    """OAuth 2.0 client credentials; a token lives an hour."""
    form = {
        "grant_type": "client_credentials",
        "client_id": os.environ["ASSAY_CLIENT_ID"],
        "client_secret": os.environ["ASSAY_CLIENT_SECRET"],
    }
    return call("POST", "/auth/v1/token", urllib.parse.urlencode(form).encode())["access_token"]


def main():
    headers = {"Authorization": "Bearer " + token(), "Content-Type": "application/json"}
    if sys.argv[1:2] == ["accept"]:
        candidate = call("GET", "/candidates/v1/inbox/" + urllib.parse.quote(sys.argv[2]), headers=headers)
        # The etag says what was read: if somebody changed it meanwhile, nothing is decided.
        decision = {"candidateId": candidate["id"], "etag": candidate["etag"], "accept": {}}
        body = json.dumps({"decisions": [decision]}).encode()
        answer = call("POST", "/candidates/v1/inbox:decide", body, headers)
        [result] = answer["results"]
        if "error" in result:
            sys.exit(result["error"]["message"])
        print(result["candidate"]["accessProfileId"])
        return
    query = urllib.parse.urlencode({"states": "INBOX_STATE_OPEN", "page_size": 3})
    for one in call("GET", "/candidates/v1/inbox?" + query, headers=headers)["candidates"]:
        people, entitlements = one["peopleCount"], one["entitlementCount"]
        print(f"{one['displayName']}: {people} people, {entitlements} entitlements, {one['gainCount']} gains ({one['id']})")


main()
