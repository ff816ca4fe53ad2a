import { readFile } from "node:fs/promises";
import { describe, expect, test } from "vitest";
import { root } from "../../harness/child.ts";
import { shared } from "./support/shared.ts";

const { version } = JSON.parse(await readFile(`${root}package.json`, "utf8")) as { version: string };

describe("/health", () => {
  test("says that the process lives, and which version it is", async () => {
    const response = await shared.get("/health");
    expect(response.status).toBe(200);
    expect(response.headers.get("content-type")).toBe("application/json; charset=utf-8");
    expect(await response.json()).toEqual({ status: "healthy", version });
  });

  test.each(["text/plain", "text/html", "image/png"])("responds to a probe that accepts %s", async (accept) => {
    expect((await shared.get("/health", { headers: { accept } })).status).toBe(200);
  });

  test("ignores an unknown API version: probes set none", async () => {
    expect((await shared.get("/health?verbose=1")).status).toBe(200);
  });
});

describe("/health/ready", () => {
  test("is 200 while the service takes requests", async () => {
    const response = await shared.get("/health/ready");
    expect(response.status).toBe(200);
    expect(await response.json()).toHaveProperty("status");
  });
});
