import { expect, test } from "vitest";
import { expectDescribed, readDescription } from "./support/described.ts";
import { shared } from "./support/shared.ts";

const description = await readDescription(shared.url);
const json = { "content-type": "application/json; charset=utf-8" };
const gist = await (await shared.get("/gists/public?per_page=1")).json().then(([first]) => first as object);

const check = (path: string, response: Response) => expectDescribed(description, path, response);

test.each([
  ["a status", () => Response.json({}, { status: 418 }), "/gists/public", /a status that the document/],
  [
    "a media type",
    () => new Response("[]", { headers: { "content-type": "text/x-list" } }),
    "/gists/public",
    /text\/x-list/,
  ],
  [
    "a body",
    () => Response.json([{ ...gist, id: 1 }], { headers: json }),
    "/gists/public?page=2",
    /schema has it: GET .*page=2/,
  ],
  ["a body below a prefix", () => Response.json({}), "/cache/api/v3/users/octocat/gists", /schema has it: GET \/cache/],
  [
    "an error",
    () => Response.json({ status: "404" }, { status: 404 }),
    "/gists/1",
    /not as the document's schema has it: GET \/gists\/1 /,
  ],
])("%s that the document does not have fails a GET of this suite", async (_, toResponse, path, why) => {
  await expect(check(path, toResponse())).rejects.toThrow(why);
});

test("what the document describes passes", async () => {
  await check("/gists/public", Response.json([gist], { headers: json }));
  await check("/cache/api/v3/users/octocat/gists", Response.json([gist], { headers: json }));
});
