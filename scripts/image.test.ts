import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
// @ts-expect-error: a script, without types
import { builder } from "./image.mjs";

let folder = "";
beforeEach(() => void (folder = mkdtempSync(join(tmpdir(), "edge-gists-image-"))));
afterEach(() => rmSync(folder, { recursive: true }));

/** A docker that has a version, and buildx or not. */
function makeDocker(version: string, hasBuildx: boolean): string {
  const path = join(folder, "docker");
  const buildx = hasBuildx ? "exit 0" : "exit 1";
  writeFileSync(
    path,
    `#!/bin/sh\n[ "$1" = buildx ] && ${buildx}\necho "Docker version ${version}, build 1"\nexit 0\n`,
    {
      mode: 0o755,
    },
  );
  return path;
}

test.each([
  ["28.2.2", true, "buildx"],
  ["28.2.2", false, "legacy builder"],
  ["20.10.24+dfsg1", false, "BuildKit"],
])("docker %s, buildx %s: %s", (version, hasBuildx, name) => {
  expect(builder(makeDocker(version, hasBuildx)).name).toBe(name);
});

// Docker's builder before BuildKit reads only ARGs above the first FROM, and has no values of its own.
test("the legacy builder is given the platform that the Dockerfile reads", () => {
  const dockerfile = readFileSync(new URL("../Dockerfile", import.meta.url), "utf8");
  const read = [...dockerfile.matchAll(/^FROM --platform=\$\{?(\w+)/gm)].map(([, name]) => name!);
  expect(read).not.toEqual([]);
  const above = dockerfile.slice(0, dockerfile.search(/^FROM /m));
  const { args } = builder(makeDocker("28.2.2", false)) as { args: string[] };
  for (const name of read) {
    expect(above).toMatch(new RegExp(`^ARG ${name}\\b`, "m"));
    expect(args.some((value) => new RegExp(`^${name}=linux/\\w+$`).test(value))).toBe(true);
    // A declared ARG of that name, without a value, would hide BuildKit's own.
    expect(["BUILDPLATFORM", "TARGETPLATFORM"]).not.toContain(name);
  }
});

test("without Docker it says so", () => {
  const { stderr, status } = spawnSync(process.execPath, ["scripts/image.mjs"], {
    encoding: "utf8",
    env: { ...process.env, DOCKER: join(folder, "none") },
  });
  expect([stderr, status]).toEqual([expect.stringContaining("none did not start"), 1]);
});

test("without git it says so", () => {
  const { stderr, status } = spawnSync(process.execPath, ["scripts/image.mjs"], {
    encoding: "utf8",
    env: { ...process.env, PATH: folder },
  });
  expect([stderr, status]).toEqual([
    expect.stringMatching(/^[^\n]*git[^\n]*: install it, and build in a clone\.\n$/),
    1,
  ]);
});
