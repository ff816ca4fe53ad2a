"""The original's way, written anew: FastAPI, an unbounded dict that holds answers for 60 s, five fields a gist
(GISTS=whole: all of them)."""
import os
import time

import httpx
from fastapi import FastAPI

app = FastAPI()
cache: dict[str, tuple[float, dict]] = {}
client = httpx.AsyncClient(base_url=os.environ["GITHUB_API_URL"])


@app.get("/health")
async def health():
    return {"status": "healthy"}


@app.get("/{username}")
async def gists(username: str, page: int = 1, per_page: int = 30):
    key = f"{username}:{page}:{per_page}"
    known = cache.get(key)
    if known and time.time() - known[0] < float(os.environ.get("CACHE_TTL_SECONDS", "60")):
        return known[1]
    response = await client.get(f"/users/{username}/gists", params={"page": page, "per_page": per_page})
    response.raise_for_status()
    data = response.json() if os.environ.get("GISTS") == "whole" else [
        {
            "id": gist["id"],
            "description": gist["description"],
            "url": gist["html_url"],
            "created_at": gist["created_at"],
            "files": list(gist["files"]),
        }
        for gist in response.json()
    ]
    answer = {"data": data, "pagination": {"page": page, "per_page": per_page, "count": len(data)}, "cache": "miss"}
    cache[key] = (time.time(), {**answer, "cache": "hit"})
    return answer
