import type { Run } from "../changes/compare.ts";
import type { Grammar } from "../code/languages.ts";
import type { Token } from "../code/tokens.ts";
import type { Document } from "../markdown/parse.ts";

/** The work that is done away from the page, by name: what is asked, and what comes back. */
export interface Jobs {
  /** Undefined if there is no grammar for the language. */
  highlight: {
    asked: { code: string; language: string | undefined; filename: string };
    answer: { grammar: Grammar; tokens: Token[] } | undefined;
  };
  compare: { asked: { before: string; after: string }; answer: Run[] };
  markdown: { asked: { texts: string[] }; answer: Document[] };
}

export type JobName = keyof Jobs;

/** From the page to the worker. */
export type Order = { [Name in JobName]: { id: number; name: Name; asked: Jobs[Name]["asked"] } }[JobName];

/** From the worker to the page: the work begins now, or its result. */
export type Report = { id: number; begun: true } | { id: number; answer: unknown } | { id: number; error: string };
