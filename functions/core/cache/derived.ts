import type { Entry } from "../model.ts";

type Body = Entry["body"];

/** Bytes of what was derived from a body and is kept with it, other than bodies. */
const noted = new WeakMap<Body, number>();

/** Counts what is kept with a body for the memory limit. */
export function noteDerived(body: Body, bytes: number): void {
  noted.set(body, bytes);
}

export function notedSize(body: Body): number {
  return noted.get(body) ?? 0;
}
