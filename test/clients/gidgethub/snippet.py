import asyncio
import os

import httpx2
from gidgethub.httpx import GitHubAPI


async def main():
    async with httpx2.AsyncClient() as http:
        github = GitHubAPI(http, "example", base_url=os.environ.get("EDGE_GISTS", "http://localhost:8080"))
        print(len([gist async for gist in github.getiter("/users/octocat/gists")]))


asyncio.run(main())
