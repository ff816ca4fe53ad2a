"""Calls the client that openapi-generator made: one gist, one of its comments, and a comment with the largest id."""

import json
import sys

from openapi_client import ApiClient, Configuration, GistsApi
from openapi_client.exceptions import NotFoundException

base, gist_id, comment_id = sys.argv[1:]
gists = GistsApi(ApiClient(Configuration(host=base)))
gist = gists.get_gist(gist_id)
comment = gists.get_gist_comment(gist_id, int(comment_id))
try:
    gists.get_gist_comment(gist_id, 9007199254740991)
    missing = 200
except NotFoundException as error:
    missing = error.status
print(json.dumps({"gist": gist.id, "owner": gist.owner.id, "comment": comment.id, "missing": missing}))
