import { describe, expect, test } from "vitest";
import { createLayer, json } from "../../../test/support/github-layer.ts";
import { failureOf, textOf, toAsk } from "../../../test/support/layers.ts";

const to = (location: string, status = 302) => new Response(null, { status, headers: { location } });

describe("redirects", () => {
  test.each([301, 302, 303, 307, 308])("a %i within the origin is followed with the same headers", async (status) => {
    const { ask, sent } = createLayer([to("/user/583231/gists?page=2", status), json([1])]);
    const token = { id: "i", secret: "s" };
    expect(textOf((await ask(toAsk("one", { token }))).entry)).toBe("[1]");
    expect(sent[1]?.url).toBe("https://api.github.com/user/583231/gists?page=2");
    expect(sent[1]?.headers.get("authorization")).toBe("Bearer s");
  });

  test.each([
    ["another host", "https://evil.example/gists/1"],
    ["a host whose name begins like GitHub's", "https://api.github.com.evil.example/"],
    ["the host by a user's name", "https://api.github.com@evil.example/"],
    ["no TLS", "http://api.github.com/gists/1"],
    ["another port", "https://api.github.com:8443/gists/1"],
    ["a host without a scheme", "//evil.example/gists"],
    ["another scheme", "javascript:alert(1)"],
    ["what is no URL", "https://"],
  ])("to %s it is not, and the token goes nowhere", async (_, location) => {
    const { ask, sent } = createLayer([to(location), json()]);
    await expect(failureOf(ask())).resolves.toMatchObject({ failure: "bad-gateway" });
    expect(sent).toHaveLength(1);
  });

  test("without a place to go it is a bad gateway with its status", async () => {
    const error = await failureOf(createLayer([new Response(null, { status: 302 })]).ask());
    expect(error).toMatchObject({ failure: "bad-gateway", details: { upstreamStatus: 302 } });
  });

  test("in a circle they end", async () => {
    const { ask, sent } = createLayer([() => to("/gists/one")]);
    await expect(failureOf(ask())).resolves.toMatchObject({ failure: "bad-gateway" });
    expect(sent.length).toBeLessThanOrEqual(5);
  });
});
