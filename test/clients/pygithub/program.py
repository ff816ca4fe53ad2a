"""PyGithub (https://pygithub.readthedocs.io): `base_url` is what its documentation gives for GitHub Enterprise."""

from datetime import datetime
from itertools import islice

from github import Github, GithubException
from lines import limits, named, serve, to_wait


def connect(ask, **options):
    return Github(base_url=ask["origin"] + ("/api/v3" if ask["enterprise"] else ""), **options)


def user_gists(ask):
    ids = [gist.id for gist in connect(ask).get_user(ask["username"]).get_gists()]
    return {"count": len(ids), "unique": len(set(ids))}


def since(ask):
    gists = connect(ask).get_user(ask["username"]).get_gists(since=datetime.fromisoformat(ask["since"]))
    return {"count": len(list(gists))}


def gist(ask):
    found = connect(ask).get_gist(ask["gist"])
    return {"id": found.id, "files": sorted(found.files)}


def revision(ask):
    found = connect(ask).get_gist(ask["gist"])
    state = next(state for state in found.history if state.version == ask["sha"])
    return {"content": state.files[ask["file"]].content}


def history(ask):
    return {"versions": [state.version for state in connect(ask).get_gist(ask["gist"]).history]}


def comments(ask):
    return {"count": len(list(connect(ask).get_gist(ask["gist"]).get_comments()))}


def forks(ask):
    return {"count": len(connect(ask).get_gist(ask["gist"]).forks)}


def file(ask):
    return {"content": connect(ask).get_gist(ask["gist"]).files[ask["file"]].content}


def follow(ask):
    # What a list says of a gist is completed from the gist's own URL; so is its owner from the owner's.
    gists = connect(ask).get_user(ask["username"]).get_gists()
    found = next(item for item in gists if item.id == ask["gist"])
    return {"versions": len(found.history), "login": found.owner.login, "name": found.owner.name}


def user(ask):
    found = connect(ask).get_user(ask["username"])
    return {"login": found.login, "id": found.id}


def anonymous(ask):
    gists = connect(ask).get_user(lazy=True).get_gists()
    return {"count": len(list(islice(gists, 30)))}


def conditional(ask):
    found = connect(ask).get_gist(ask["gist"])
    return {"unchanged": not found.update()}


def rate_limit(ask):
    core = connect(ask).get_rate_limit().resources.core
    return {"limit": core.limit, "remaining": core.remaining, "used": core.used}


def to_error(error):
    if not isinstance(error, GithubException):
        return {}
    return {"status": error.status, "wait": to_wait(error.headers)}


serve(
    {
        **named(
            user_gists, since, gist, revision, history, comments, forks,
            file, follow, user, anonymous, conditional, rate_limit,
        ),
        "not-found": gist,
        **limits(lambda ask: connect(ask, retry=None), Github.get_gist, GithubException),
        # The client's own retries, on by default.
        "wait": lambda ask: {"id": connect(ask).get_gist(ask["uncached"]).id},
    },
    to_error,
)
