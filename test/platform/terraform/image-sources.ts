import { readdirSync } from "node:fs";
import { root } from "../../../harness/built.mjs";
import { read } from "../support/files.ts";

/** Patterns of what the image is built of: what .dockerignore lets in. */
export function imagePatterns(): string[] {
  return [...read(".dockerignore").matchAll(/^!(.+)$/gm)].map(([, pattern]) => pattern!);
}

/** Names in the root of the repository that these meet, and the two files that say how the image is built. */
export function imageSources(): string[] {
  const expressions = imagePatterns().map(
    (pattern) => new RegExp(`^${pattern.replaceAll(".", String.raw`\.`).replaceAll("*", ".*")}$`),
  );
  const met = readdirSync(root).filter((name) => expressions.some((expression) => expression.test(name)));
  return ["Dockerfile", ".dockerignore", ...met];
}
