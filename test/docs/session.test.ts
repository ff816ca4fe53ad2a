import { describe, expect, test } from "vitest";
import { read } from "../../docs/generate/markdown.ts";
import { drawSession, sessionPath } from "../../docs/generate/session.ts";

const steps = [
  { title: "One & only", command: "curl <url>", lines: ["HTTP/1.1 200 OK", "cache-status: EdgeGists; hit"], calls: 1 },
  { title: "Another", command: "curl", lines: ["age: 1"], calls: 2 },
];

describe("the picture of a session", () => {
  test("has every step, later ones later, and text for readers who do not see it", () => {
    const svg = drawSession(steps);
    expect(svg).toContain("One &amp; only</text>");
    expect(svg).toContain("$ curl &lt;url&gt;</text>");
    expect(svg).toContain(".s0{animation-delay:0s}.s1{animation-delay:2s}");
    expect(svg).toContain("One &amp; only (calls to GitHub: 1). Another (calls to GitHub: 2).</desc>");
    expect(svg).toContain("prefers-reduced-motion:no-preference");
  });

  test("as committed shows a miss, a hit, shared calls and a stale response, and is small", () => {
    const svg = read(sessionPath);
    for (const outcome of ["fwd=miss", "; hit; ttl=", "collapsed (", "fwd=stale; fwd-status=503"])
      expect(svg).toContain(outcome);
    expect(svg.length).toBeLessThan(10_000);
  });
});
