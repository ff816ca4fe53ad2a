import { expect } from "vitest";
import { spanTable } from "../../../functions/core/telemetry/span-table.ts";
import type { Span } from "./decode.ts";
import type { Receiver } from "./receiver.ts";

/** A `traceparent` (https://www.w3.org/TR/trace-context/#traceparent-header). */
export interface Parent {
  traceId: string;
  spanId: string;
  sampled: boolean;
}

/** @throws Error if the text is no traceparent */
export function parseTraceparent(text: string | null | undefined): Parent {
  const match = /^00-([0-9a-f]{32})-([0-9a-f]{16})-0([01])$/.exec(text ?? "");
  if (!match) throw new Error(`no traceparent: ${text}`);
  return { traceId: match[1] ?? "", spanId: match[2] ?? "", sampled: match[3] === "1" };
}

/** The trace in a response's `Server-Timing`. @throws Error if there is none */
export function traceOf(response: Response): Parent {
  const field = response.headers.get("server-timing");
  return parseTraceparent(/^traceparent;desc="([^"]*)"$/.exec(field ?? "")?.[1] ?? field);
}

/** A new traceparent. */
export function freshParent(sampled: boolean): Parent & { header: string } {
  const hex = (bytes: number) => Buffer.from(crypto.getRandomValues(new Uint8Array(bytes))).toString("hex");
  const [traceId, spanId] = [hex(16), hex(8)];
  return { traceId, spanId, sampled, header: `00-${traceId}-${spanId}-0${sampled ? 1 : 0}` };
}

/** The spans of a trace, once the receiver has as many as the tree has lines. */
export async function spansOf(receiver: Receiver, traceId: string, atLeast: number): Promise<Span[]> {
  const found = () => receiver.spans.filter((span) => span.traceId === traceId);
  await expect
    .poll(() => found().length, { message: `spans of ${traceId}`, timeout: 8000, interval: 20 })
    .toBeGreaterThanOrEqual(atLeast);
  return found();
}

/** The relevant parts of a span in one line: `client GET 200`, `internal cache get memory found`. */
function toLine({ kind, name, attributes }: Span): string {
  const found = attributes["edge_gists.cache.found"];
  const words = [
    kind,
    name,
    attributes["edge_gists.cache.tier"],
    found === undefined ? undefined : found ? "found" : "nothing",
    attributes["http.response.status_code"],
    attributes["edge_gists.cache.handling"],
  ];
  return words.filter((word) => word !== undefined).join(" ");
}

/** Spans as an indented tree. Siblings are in the order of their lines: a Worker's clock stands still between I/O. */
export function toTree(spans: readonly Span[]): string[] {
  const ids = new Set(spans.map((span) => span.spanId));
  const below = (parents: Span[], indent: string): string[] =>
    parents
      .toSorted((a, b) => (toLine(a) < toLine(b) ? -1 : 1))
      .flatMap((span) => [
        `${indent}${toLine(span)}`,
        ...below(
          spans.filter((child) => child.parentSpanId === span.spanId),
          `${indent}  `,
        ),
      ]);
  return below(
    spans.filter((span) => !ids.has(span.parentSpanId)),
    "",
  );
}

/** The trace of a response as a tree, once it is as expected. */
export async function expectTree(receiver: Receiver, traceId: string, lines: readonly string[]): Promise<Span[]> {
  const spans = await spansOf(receiver, traceId, lines.length);
  expect(toTree(spans)).toEqual(lines);
  for (const span of spans) expectDescribed(span);
  return spans;
}

/** Fails if a span has a name, a kind or an attribute that the table does not name for it. */
export function expectDescribed({ name, kind, attributes }: Span): void {
  const described = Object.entries(spanTable).find(([key]) => (kind === "server" ? key.startsWith("{") : key === name));
  expect(described?.[1].kind, name).toBe(kind);
  expect(described?.[1].attributes, name).toEqual(expect.arrayContaining(Object.keys(attributes)));
}

/** The only span that fits. */
export function only(spans: readonly Span[], fits: (span: Span) => boolean): Span {
  const [first, ...others] = spans.filter(fits);
  if (!first || others.length > 0)
    throw new Error(`${first ? others.length + 1 : 0} spans fit of ${toTree(spans).join("\n")}`);
  return first;
}
