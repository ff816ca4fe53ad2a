"""githubkit (https://yanyongyu.github.io/githubkit): `base_url`; it parses every answer by GitHub's schema."""

from githubkit import GitHub
from githubkit.exception import RateLimitExceeded, RequestFailed
from lines import limits, named, serve, to_wait


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


def to_error(error):
    if isinstance(error, RateLimitExceeded):
        return {"status": error.response.status_code, "wait": round(error.retry_after.total_seconds())}
    if isinstance(error, RequestFailed):
        return {"status": error.response.status_code, "wait": to_wait(error.response.headers)}
    return {}


serve(
    {
        **named(
            user_gists, since, gist, revision, history, comments, forks,
            file, follow, user, anonymous, conditional, rate_limit,
        ),
        "not-found": gist,
        **limits(lambda ask: connect(ask, auto_retry=False), get_gist, RateLimitExceeded),
        # The client's own retry, on by default.
        "wait": lambda ask: {"id": get_gist(connect(ask), ask["uncached"]).id},
    },
    to_error,
)
