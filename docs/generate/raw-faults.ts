import type { Trouble } from "../../stand-in/faults.ts";

/** What GitHub's raw host does, and what the one client gets that asks for a file that is not cached. */
export interface RawFault {
  name: string;
  trouble: Trouble;
  /** Undefined if the status and some bytes were sent before: the transfer breaks off. */
  status: number | undefined;
}

/** Faults of GitHub's raw host, tested on both runtimes (test/resilience/raw-host.test.ts). */
export const rawFaults: readonly RawFault[] = [
  { name: "connection reset", trouble: { kind: "reset" }, status: 502 },
  { name: "404", trouble: { kind: "status", status: 404 }, status: 502 },
  { name: "500, HTML", trouble: { kind: "status", status: 500, html: true }, status: 502 },
  { name: "no response (hang)", trouble: { kind: "hang" }, status: 504 },
  { name: "a byte less than the file has", trouble: { kind: "length", bytes: 1 }, status: 502 },
  { name: "a byte more than the file has", trouble: { kind: "length", bytes: -1 }, status: 502 },
  { name: "empty body", trouble: { kind: "empty" }, status: 502 },
  { name: "redirect to another origin", trouble: { kind: "redirect", to: "https://evil.example/" }, status: 502 },
  {
    name: "429, HTML",
    trouble: { kind: "status", status: 429, html: true, headers: { "retry-after": "1" } },
    status: 403,
  },
  { name: "body cut off", trouble: { kind: "cut", bytes: 600_000 }, status: undefined },
  { name: "body that stalls", trouble: { kind: "drip", bytes: 600_000, ms: 60_000 }, status: undefined },
];
