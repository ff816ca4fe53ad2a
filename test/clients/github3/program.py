"""github3.py (https://github3.readthedocs.io): `GitHubEnterprise(url)`, or a session's `base_url` without the prefix."""

from github3 import GitHub, GitHubEnterprise
from github3.exceptions import ForbiddenError, ResponseError
from github3.session import GitHubSession
from lines import limits, named, serve, to_wait


def connect(ask):
    if ask["enterprise"]:
        return GitHubEnterprise(ask["origin"])
    session = GitHubSession()
    session.base_url = ask["origin"]
    return GitHub(session=session)


def user_gists(ask):
    ids = [gist.id for gist in connect(ask).gists_by(ask["username"])]
    return {"count": len(ids), "unique": len(set(ids))}


def gist(ask):
    found = connect(ask).gist(ask["gist"])
    return {"id": found.id, "files": sorted(found.files)}


def revision(ask):
    found = connect(ask).gist(ask["gist"])
    entry = next(entry for entry in found.history if entry.version == ask["sha"])
    return {"content": entry.gist().files[ask["file"]].original_content}


def history(ask):
    return {"versions": [commit.version for commit in connect(ask).gist(ask["gist"]).commits()]}


def comments(ask):
    return {"count": len(list(connect(ask).gist(ask["gist"]).comments()))}


def forks(ask):
    return {"count": len(list(connect(ask).gist(ask["gist"]).forks()))}


def file(ask):
    return {"content": connect(ask).gist(ask["gist"]).files[ask["file"]].original_content}


def follow(ask):
    short = next(item for item in connect(ask).gists_by(ask["username"]) if item.id == ask["gist"])
    found = short.refresh()
    return {"versions": len(found.history), "login": found.owner.refresh().login}


def user(ask):
    found = connect(ask).user(ask["username"])
    return {"login": found.login, "id": found.id}


def conditional(ask):
    found = connect(ask).gist(ask["gist"])
    # A 304 leaves the object as it was.
    return {"unchanged": found.refresh(conditional=True) is found}


def rate_limit(ask):
    core = connect(ask).rate_limit()["resources"]["core"]
    return {"limit": core["limit"], "remaining": core["remaining"], "used": core["used"]}


def to_error(error):
    if not isinstance(error, ResponseError):
        return {}
    return {"status": error.code, "wait": to_wait(error.response.headers)}


serve(
    {
        **named(user_gists, gist, revision, history, comments, forks, file, follow, user, conditional, rate_limit),
        "not-found": gist,
        **limits(connect, GitHub.gist, ForbiddenError),
    },
    to_error,
)
