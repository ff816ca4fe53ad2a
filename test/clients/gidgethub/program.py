"""gidgethub (https://gidgethub.readthedocs.io) with httpx: `base_url`, and paths or URLs that the caller names."""

import asyncio
from datetime import datetime, timezone

import httpx2
from gidgethub import HTTPException, RateLimitExceeded
from gidgethub.httpx import GitHubAPI
from lines import named, serve, to_wait


def scenario(run):
    """Runs a scenario with a client of its own."""

    async def with_client(ask):
        base = ask["origin"] + ("/api/v3" if ask["enterprise"] else "")
        async with httpx2.AsyncClient() as http:
            return await run(GitHubAPI(http, "edge-gists-tests", base_url=base, cache={}), ask)

    return lambda ask: asyncio.run(with_client(ask))


async def items(client, url, **variables):
    return [item async for item in client.getiter(url, variables)]


async def user_gists(client, ask):
    ids = [gist["id"] for gist in await items(client, "/users/{username}/gists", username=ask["username"])]
    return {"count": len(ids), "unique": len(set(ids))}


async def since(client, ask):
    url = "/users/{username}/gists{?since}"
    return {"count": len(await items(client, url, username=ask["username"], since=ask["since"]))}


async def get_gist(client, id):
    return await client.getitem("/gists/{id}", {"id": id})


async def gist(client, ask):
    found = await get_gist(client, ask["gist"])
    return {"id": found["id"], "files": sorted(found["files"])}


async def revision(client, ask):
    found = await client.getitem("/gists/{id}/{sha}", {"id": ask["gist"], "sha": ask["sha"]})
    return {"content": found["files"][ask["file"]]["content"]}


async def history(client, ask):
    return {"versions": [item["version"] for item in await items(client, "/gists/{id}/commits", id=ask["gist"])]}


async def comments(client, ask):
    return {"count": len(await items(client, "/gists/{id}/comments", id=ask["gist"]))}


async def forks(client, ask):
    return {"count": len(await items(client, "/gists/{id}/forks", id=ask["gist"]))}


async def file(client, ask):
    return {"content": (await get_gist(client, ask["gist"]))["files"][ask["file"]]["content"]}


async def follow(client, ask):
    gists = await items(client, "/users/{username}/gists", username=ask["username"])
    short = next(item for item in gists if item["id"] == ask["gist"])
    found = await client.getitem(short["url"])
    commits = await items(client, found["commits_url"])
    owner = await client.getitem(found["owner"]["url"])
    return {"versions": len(commits), "login": owner["login"]}


async def user(client, ask):
    found = await client.getitem("/users/{username}", {"username": ask["username"]})
    return {"login": found["login"], "id": found["id"]}


async def anonymous(client, ask):
    return {"count": len(await client.getitem("/gists"))}


async def conditional(client, ask):
    first = await get_gist(client, ask["gist"])
    return {"unchanged": await get_gist(client, ask["gist"]) == first}


async def rate_limit(client, ask):
    core = (await client.getitem("/rate_limit"))["resources"]["core"]
    return {"limit": core["limit"], "remaining": core["remaining"], "used": core["used"]}


async def limited(client, ask):
    return {"id": (await get_gist(client, ask["uncached"]))["id"]}


async def cached(client, ask):
    return [{"id": (await get_gist(client, ask["cached"]))["id"]} for _ in range(2)]


async def cached_after_limit(client, ask):
    try:
        return await limited(client, ask)
    except HTTPException:
        return {"id": (await get_gist(client, ask["cached"]))["id"]}


def to_error(error):
    if not isinstance(error, HTTPException):
        return {}
    told = {"status": int(error.status_code), "wait": to_wait(error.headers)}
    if isinstance(error, RateLimitExceeded):
        reset = error.rate_limit.reset_datetime - datetime.now(timezone.utc)
        told["wait"] = round(reset.total_seconds())
    return told


runs = {
    **named(
        user_gists, since, gist, revision, history, comments, forks,
        file, follow, user, anonymous, conditional, rate_limit, cached_after_limit,
    ),
    "not-found": gist,
    "primary-limit": limited,
    "secondary-limit": limited,
    "cached-while-limited": cached,
}
serve({name: scenario(run) for name, run in runs.items()}, to_error)
