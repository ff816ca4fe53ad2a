import { setTimeout as sleep } from "node:timers/promises";
import { startStandIn } from "../../harness/start-stand-in.ts";
import { startTarget } from "../../harness/start-target.ts";
import { createClient } from "../../stand-in/client.ts";

export const sessionPath = "docs/images/session.svg";

/** One request, or many equal ones, and how the service responded. */
export interface Step {
  title: string;
  command: string;
  /** Header lines of the response. */
  lines: string[];
  /** Calls to GitHub since the start. */
  calls: number;
}

/** Seconds. Short, so that the recording need not wait for a minute. */
const lifetime = 3;
const clients = 1000;

const count = (value: number): string => value.toLocaleString("en");

/** What `Cache-Status` says of a response, in one word of RFC 9211. */
const toOutcome = (status: string): string => /; (collapsed|hit|fwd=\w+)(?!.*; collapsed)/.exec(status)?.[1] ?? status;

/** Records a session with the built server on Node and the stand-in for GitHub. */
export async function recordSession(): Promise<Step[]> {
  const standIn = await startStandIn();
  const github = createClient(standIn.url);
  const env = { CACHE_TTL_SECONDS: String(lifetime), CACHE_STALE_WHILE_REVALIDATE_SECONDS: "0", UPSTREAM_RETRIES: "0" };
  const target = await startTarget({ runtime: "node", github: standIn.url, env });

  async function get(path: string): Promise<string[]> {
    const { status, statusText, headers, body } = await fetch(`${target.url}${path}`);
    await body?.cancel();
    const fields = ["cache-status", "age"].map((name) => `${name}: ${headers.get(name)}`);
    return [`HTTP/1.1 ${status} ${statusText}`, ...fields];
  }

  async function step(title: string, command: string, lines: string[]): Promise<Step> {
    return { title, command, lines, calls: (await github.calls()).length };
  }

  try {
    const path = "/users/octocat/gists";
    const miss = await step("The first request calls GitHub", `curl -i localhost:8080${path}`, await get(path));
    await sleep(1100);
    const hit = await step("The next request does not", `curl -i localhost:8080${path}`, await get(path));

    const other = "/users/hubot/gists";
    const responses = await Promise.all(Array.from({ length: clients }, () => fetch(`${target.url}${other}`)));
    for (const { body } of responses) await body?.cancel();
    const good = responses.filter(({ status }) => status === 200).length;
    const outcomes = Map.groupBy(responses, ({ headers }) => toOutcome(headers.get("cache-status") ?? "none"));
    const many = await step(
      `${count(clients)} clients at once share one call`,
      `${count(clients)} × curl -i localhost:8080${other}`,
      [
        `HTTP/1.1 200 OK (${count(good)} ×)`,
        `cache-status: ${[...outcomes].map(([outcome, all]) => `${outcome} (${count(all.length)} ×)`).join(", ")}`,
      ],
    );

    await github.fault({ kind: "status", status: 503 });
    await sleep(lifetime * 1000);
    const stale = await step(
      "GitHub is down: the last response is sent",
      `curl -i localhost:8080${path}`,
      await get(path),
    );
    return [miss, hit, many, stale];
  } finally {
    await target.stop();
    await standIn.stop();
  }
}

const escape = (text: string) => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");

const [width, left, lineHeight, gap] = [860, 28, 20, 20];
/** Seconds from one step to the next. */
const pace = 2;

/** An SVG that reveals one step after another, once. With reduced motion it shows all of them. */
export function drawSession(steps: readonly Step[]): string {
  let y = 64;
  const groups = steps.map(({ title, command, lines, calls }, index) => {
    const rows = [
      `<text class="title" x="${left}" y="${y}">${escape(title)}</text>`,
      `<text class="calls" x="${width - left}" y="${y}">calls to GitHub: ${calls}</text>`,
      `<text class="command" x="${left}" y="${y + lineHeight}">$ ${escape(command)}</text>`,
      ...lines.map(
        (line, at) =>
          `<text class="${line.includes("cache-status") ? "status" : "line"}" x="${left}" y="${y + lineHeight * (at + 2)}">${escape(line)}</text>`,
      ),
    ];
    y += lineHeight * (lines.length + 2) + gap;
    return `<g class="step s${index}">${rows.join("")}</g>`;
  });
  const height = y;
  const delays = steps.map((_, index) => `.s${index}{animation-delay:${index * pace}s}`).join("");
  const style = [
    "text{font:14px ui-monospace,SFMono-Regular,Menlo,Consolas,monospace;fill:#c9d1d9}",
    ".title{font-weight:700;fill:#fff}.command{fill:#79c0ff}.status{fill:#7ee787}.calls{fill:#ffa657;text-anchor:end}",
    `@media(prefers-reduced-motion:no-preference){@keyframes in{from{opacity:0}}.step{animation:in .4s both}${delays}}`,
  ].join("");
  const description = steps.map(({ title, calls }) => `${title} (calls to GitHub: ${calls}).`).join(" ");
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" role="img" aria-labelledby="t d">
<title id="t">A session with Edge Gists</title>
<desc id="d">${escape(description)}</desc>
<style>${style}</style>
<rect width="${width}" height="${height}" rx="10" fill="#0d1117"/>
<g fill="#484f58"><circle cx="28" cy="24" r="6"/><circle cx="48" cy="24" r="6"/><circle cx="68" cy="24" r="6"/></g>
${groups.join("\n")}
</svg>
`;
}
