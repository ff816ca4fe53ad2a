import { toGrammar } from "../code/languages.ts";
import type { JobName, Jobs, Order, Report } from "./jobs.ts";

/** Loads what a job needs, and gives the job itself: only that is measured against its time limit. */
type Prepare<Name extends JobName> = (asked: Jobs[Name]["asked"]) => Promise<() => Jobs[Name]["answer"]>;

const jobs: { [Name in JobName]: Prepare<Name> } = {
  async highlight({ code, language, filename }) {
    const grammar = toGrammar(language, filename);
    if (grammar === undefined) return () => undefined;
    const { prepare } = await import("../code/highlight.ts");
    const highlight = await prepare(grammar);
    return () => ({ grammar, tokens: highlight(code) });
  },
  async compare({ before, after }) {
    const { compare } = await import("../changes/compare.ts");
    return () => compare(before, after);
  },
  async markdown({ texts }) {
    const { parseMarkdown } = await import("../markdown/parse.ts");
    return () => texts.map(parseMarkdown);
  },
};

// A worker's messages have no target origin.
// oxlint-disable-next-line unicorn/require-post-message-target-origin
const report = (message: Report) => self.postMessage(message);

addEventListener("message", ({ data }: MessageEvent<Order>) => void run(data));

async function run({ id, name, asked }: Order): Promise<void> {
  try {
    const job = await jobs[name](asked as never);
    report({ id, begun: true });
    report({ id, answer: job() });
  } catch (error) {
    report({ id, error: String(error) });
  }
}
