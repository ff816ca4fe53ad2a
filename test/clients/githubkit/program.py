"""githubkit (https://yanyongyu.github.io/githubkit): `base_url`; it parses every response by GitHub's schema."""

from githubkit import GitHub
from githubkit.exception import RateLimitExceeded, RequestFailed
from lines import serve, to_wait


def connect(ask, **options):
    # What its `rest` returns does not keep the client alive: callers do.
    return GitHub(base_url=ask["origin"] + ("/api/v3" if ask["enterprise"] else ""), **options)


def user_gists(ask):
    client = connect(ask)
    ids = [gist.id for gist in client.rest.paginate(client.rest.gists.list_for_user, username=ask["username"])]
    return {"count": len(ids), "unique": len(set(ids))}


def since(ask):
    client = connect(ask)
    gists = client.rest.paginate(client.rest.gists.list_for_user, username=ask["username"], since=ask["since"])
    return {"count": len(list(gists))}


def get_gist(client, id):
    return client.rest.gists.get(id).parsed_data


def gist(ask):
    found = get_gist(connect(ask), ask["gist"])
    return {"id": found.id, "files": sorted(found.files.model_dump())}


def content(found, name):
    return found.files.model_dump()[name]["content"]


def revision(ask):
    client = connect(ask)
    found = client.rest.gists.get_revision(ask["gist"], ask["sha"]).parsed_data
    return {"content": content(found, ask["file"])}


def history(ask):
    client = connect(ask)
    commits = client.rest.paginate(client.rest.gists.list_commits, gist_id=ask["gist"])
    return {"versions": [commit.version for commit in commits]}


def comments(ask):
    client = connect(ask)
    return {"count": len(list(client.rest.paginate(client.rest.gists.list_comments, gist_id=ask["gist"])))}


def forks(ask):
    client = connect(ask)
    return {"count": len(list(client.rest.paginate(client.rest.gists.list_forks, gist_id=ask["gist"])))}


def file(ask):
    return {"content": content(get_gist(connect(ask), ask["gist"]), ask["file"])}


def follow(ask):
    client = connect(ask)
    gists = client.rest.paginate(client.rest.gists.list_for_user, username=ask["username"])
    short = next(item for item in gists if item.id == ask["gist"])
    found = client.request("GET", short.url).json()
    commits = client.request("GET", found["commits_url"]).json()
    owner = client.request("GET", found["owner"]["url"]).json()
    return {"versions": len(commits), "login": owner["login"]}


def user(ask):
    client = connect(ask)
    found = client.rest.users.get_by_username(ask["username"]).parsed_data
    return {"login": found.login, "id": found.id}


def anonymous(ask):
    client = connect(ask)
    return {"count": len(client.rest.gists.list().parsed_data)}


def conditional(ask):
    client = connect(ask)
    first = client.rest.gists.get(ask["gist"])
    again = client.rest.gists.get(ask["gist"])
    return {"unchanged": first.text == again.text}


def rate_limit(ask):
    client = connect(ask)
    core = client.rest.rate_limit.get().parsed_data.resources.core
    return {"limit": core.limit, "remaining": core.remaining, "used": core.used}


def gist_by(client, id):
    return {"id": get_gist(client, id).id}


def limited(ask):
    return gist_by(connect(ask, auto_retry=False), ask["uncached"])


def cached(ask):
    client = connect(ask, auto_retry=False)
    return [gist_by(client, ask["cached"]) for _ in range(2)]


def cached_after_limit(ask):
    client = connect(ask, auto_retry=False)
    try:
        return gist_by(client, ask["uncached"])
    except RateLimitExceeded:
        return gist_by(client, ask["cached"])


def to_error(error):
    if isinstance(error, RateLimitExceeded):
        return {"status": error.response.status_code, "wait": round(error.retry_after.total_seconds())}
    if isinstance(error, RequestFailed):
        return {"status": error.response.status_code, "wait": to_wait(error.response.headers)}
    return {}


serve(
    {
        "user-gists": user_gists,
        "since": since,
        "gist": gist,
        "revision": revision,
        "history": history,
        "comments": comments,
        "forks": forks,
        "file": file,
        "follow": follow,
        "user": user,
        "anonymous": anonymous,
        "not-found": gist,
        "conditional": conditional,
        "rate-limit": rate_limit,
        "primary-limit": limited,
        "secondary-limit": limited,
        "cached-while-limited": cached,
        "cached-after-limit": cached_after_limit,
        # The client's own retry, on by default.
        "wait": lambda ask: gist_by(connect(ask), ask["uncached"]),
    },
    to_error,
)
