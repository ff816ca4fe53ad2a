import { describe, expect, test } from "vitest";
import { freshSince } from "../../contract/support/fresh.ts";
import { useService } from "../../contract/support/service.ts";
import { hasNginx, useNginx } from "./nginx.ts";

/** What most examples of nginx as a proxy set; a client's X-Forwarded-Host goes on as it is. */
const usual = `proxy_set_header Host $host;
proxy_set_header X-Forwarded-Proto $scheme;
proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;`;

/** Nothing but where to ask: Host is what a client wrote, and no field says that there is a proxy. */
const bare = "proxy_set_header Host $http_host;";

const forged = {
  "x-forwarded-host": "evil.example",
  forwarded: "host=evil.example",
  "x-forwarded-proto": "javascript",
};

describe.runIf(hasNginx())("a shared cache whose key has no host", () => {
  describe.each([
    [
      "the usual fields",
      usual,
      { TRUSTED_PROXIES: "127.0.0.1" },
      ["evil.example", "localhost:1", "127.0.0.1:1", "gists.example"],
    ],
    ["the usual fields, and no trust", usual, {}, ["evil.example", "localhost:1", "127.0.0.1:1", "gists.example"]],
    ["no fields", bare, {}, ["evil.example", "gists.example"]],
    [
      "no fields, and hosts listed",
      bare,
      { PUBLIC_HOSTS: "https://gists.example" },
      ["evil.example", "localhost:1", "gists.example"],
    ],
  ])("with %s", (_, proxy, env, hosts) => {
    const service = useService(env);
    const nginx = useNginx(() => service.url, proxy);

    test.each(hosts)("gives no client another's text: %s", async (host) => {
      const path = `/octocat?since=${freshSince()}`;
      const first = await nginx.ask(path, { host, ...forged });
      const second = await nginx.ask(path, { host: "gists.example" });
      expect([first.field("x-nginx"), second.field("x-nginx")]).toEqual(["MISS", "HIT"]);
      for (const answer of [first, second]) {
        const targets = [...answer.field("link").matchAll(/<([^>]*)>/g)].map(([, target = ""]) => target);
        expect(targets.length, "the list has more than one page").toBeGreaterThan(0);
        for (const target of targets)
          expect(["http://client.test", "https://gists.example"]).toContain(
            new URL(target, "http://client.test").origin,
          );
        expect(answer.field("link")).not.toContain("evil");
      }
    });

    test("names no host of another in the root's templates", async () => {
      const root = { accept: "application/json" };
      const first = await nginx.ask("/", { host: "evil.example", ...root, ...forged });
      const second = await nginx.ask("/", { host: "gists.example", ...root });
      expect([first.field("x-nginx"), second.field("x-nginx")]).toEqual(["MISS", "HIT"]);
      expect(second.text).toContain('"/gists/{gist_id}"');
      expect(second.text).not.toContain("evil");
    });
  });
});
