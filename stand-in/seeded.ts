import { createHash } from "node:crypto";

/** `length` hexadecimal digits (at most 64) that depend on nothing but `seed`. */
export function hex(seed: string, length: number): string {
  return createHash("sha256").update(seed).digest("hex").slice(0, length);
}

/** A whole number from 0 to `below` - 1 that depends on nothing but `seed`. */
export function number(seed: string, below: number): number {
  return Number.parseInt(hex(seed, 12), 16) % below;
}

/** One item of a list that is not empty, chosen by `seed`. */
export function pick<T>(seed: string, items: readonly T[]): T {
  return items[number(seed, items.length)] as T;
}

/** GitHub's time format: RFC 3339 in UTC, whole seconds (`2026-11-02T10:00:00Z`). */
export function toTime(ms: number): string {
  return new Date(ms).toISOString().replace(/\.\d{3}Z$/, "Z");
}
