import { createSign } from "node:crypto";
import { describe, expect, it } from "vitest";
import { createTestApp } from "../test/support/github-app.ts";
import { createGitHub } from "./app.ts";

const { privateKey, settings } = createTestApp([11, 12]);
const start = Date.UTC(2026, 10, 23);
const seconds = start / 1000;
const api = "https://api.github.com";

const toPart = (value: object) => Buffer.from(JSON.stringify(value)).toString("base64url");

function toJwt(claims: object = {}, header: object = { alg: "RS256", typ: "JWT" }): string {
  const signed = `${toPart(header)}.${toPart({ iss: settings.id, iat: seconds - 60, exp: seconds + 300, ...claims })}`;
  return `${signed}.${createSign("RSA-SHA256").update(signed).sign(privateKey).toString("base64url")}`;
}

function create() {
  const github = createGitHub({ now: () => start, apps: [settings] });
  const mint = (installation: number, jwt = toJwt(), body?: object) =>
    github.fetch(`${api}/app/installations/${installation}/access_tokens`, {
      method: "POST",
      headers: { "user-agent": "test", authorization: `Bearer ${jwt}` },
      ...(body && { body: JSON.stringify(body) }),
    });
  const get = (token: string) =>
    github.fetch(`${api}/users/octocat`, { headers: { "user-agent": "test", authorization: `Bearer ${token}` } });
  return { github, mint, get };
}

const messageOf = async (answer: Response) => [answer.status, ((await answer.json()) as { message: string }).message];

describe("a token of an installation", () => {
  it("is made for an app, and is valid for an hour, with limits of the installation", async () => {
    const { github, mint, get } = create();
    const answers = [await mint(11), await mint(11)];
    expect(answers.map(({ status }) => status)).toEqual([201, 201]);
    const [one, two] = (await Promise.all(answers.map((answer) => answer.json()))) as { token: string }[];
    expect(one).toMatchObject({ token: expect.stringMatching(/^ghs_/), expires_at: "2026-11-23T01:00:00Z" });
    expect(one?.token).not.toBe(two?.token);
    expect((await get(one!.token)).headers.get("x-ratelimit-remaining")).toBe("4999");
    expect((await get(two!.token)).headers.get("x-ratelimit-remaining")).toBe("4998");
    github.step(3_599_000);
    expect((await get(one!.token)).status).toBe(200);
    github.step(1000);
    expect((await get(one!.token)).status).toBe(401);
    expect(github.minted()).toMatchObject([{ installation: "11" }, { installation: "11" }]);
  });

  it("ends early where it is told to, and is refused while its installation is suspended", async () => {
    const { github, mint, get } = create();
    github.apps({ lifetime: 5 });
    const { token } = (await (await mint(12)).json()) as { token: string };
    github.apps({ suspended: [12] });
    expect(await messageOf(await get(token))).toEqual([403, "This installation has been suspended"]);
    expect(await messageOf(await mint(12))).toEqual([403, "This installation has been suspended"]);
    github.apps({ suspended: [] });
    expect((await get(token)).status).toBe(200);
    github.apps({ revoked: [12] });
    expect((await get(token)).status).toBe(401);
    expect((await mint(12)).status).toBe(201);
  });

  it.each([
    ["no JSON web token", "good-token", 401, "A JSON web token could not be decoded"],
    ["another key's", toJwt().slice(0, -8) + "AAAAAAAA", 401, "A JSON web token could not be decoded"],
    ["another algorithm's", toJwt({}, { alg: "none" }), 401, "A JSON web token could not be decoded"],
    ["another app's", toJwt({ iss: "else" }), 404, "Integration not found"],
    ["an old one", toJwt({ exp: seconds }), 401, /^'Expiration time' claim \('exp'\) must be/],
    [
      "one for too long",
      toJwt({ exp: seconds + 601 }),
      401,
      "'Expiration time' claim ('exp') is too far in the future",
    ],
    ["one of the future", toJwt({ iat: seconds + 1 }), 401, /^'Issued at' claim/],
  ])("is not made for %s", async (_, jwt, status, message) => {
    const [seen, text] = await messageOf(await create().mint(11, jwt));
    expect(seen).toBe(status);
    expect(text).toMatch(message);
  });

  it("is not made for an unknown installation, nor with permissions that it lacks", async () => {
    const { mint } = create();
    expect((await mint(13)).status).toBe(404);
    expect((await mint(11, toJwt(), { permissions: { metadata: "read" } })).status).toBe(201);
    expect((await mint(11, toJwt(), { permissions: { gists: "write" } })).status).toBe(422);
  });
});
