import { expect, test } from "vitest";
import { createService } from "../../../test/support/ports.ts";

const blob = "0123456789abcdef0123456789abcdef01234567";
const rawUrl = `https://gist.githubusercontent.com/octocat/1/raw/${blob}/one.txt`;

/** The service over a GitHub whose gist has one file with these fields, of which the raw host has these bytes. */
function serve(file: Record<string, unknown>, bytes = "") {
  const calls: string[] = [];
  const service = createService({
    ports: {
      fetch: async (request) => {
        const { pathname } = new URL(String(request));
        calls.push(pathname);
        const files = { "one.txt": { filename: "one.txt", raw_url: rawUrl, truncated: true, ...file } };
        return pathname.startsWith("/gists/") ? Response.json({ files }) : new Response(bytes);
      },
    },
  });
  const rawCalls = () => calls.filter((path) => path.includes("/raw/"));
  return { read: () => service.get("/gists/1/raw/one.txt"), rawCalls };
}

test.each(["many", -5, 1.5, 1e300, null, {}])(
  "a file of size %j is not read: memory is counted by it",
  async (size) => {
    const { read, rawCalls } = serve({ size }, "text");
    const response = await read();
    expect(response.status).toBe(502);
    expect(await response.json()).toMatchObject({ message: "GitHub gives no size of this file" });
    expect(rawCalls()).toEqual([]);
  },
);

test("a file whose base64 is none comes from the raw host", async () => {
  const { read, rawCalls } = serve({ size: 3, truncated: false, encoding: "base64", content: "!!!" }, "abc");
  const response = await read();
  expect(response.status).toBe(200);
  expect(await response.text()).toBe("abc");
  expect(rawCalls()).toHaveLength(1);
});
