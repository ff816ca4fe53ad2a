import { toTextEtag } from "../http/conditional.ts";
import { pageOf } from "../http/link.ts";
import type { Answer, Entry, Handling } from "../model.ts";
import type { Forms } from "../cache/forms.ts";
import { asArray, asLines, isArray, joinPages } from "./join.ts";

/** Pages that one request asks for at a time. */
const concurrency = 5;

/** Outcomes of pages; the first one that a page has stands for the whole response. */
const worstFirst: readonly Handling[] = [
  "STALE_ON_ERROR",
  "MISS",
  "CHANGED",
  "REVALIDATED",
  "COALESCED",
  "STALE",
  "HIT",
];

/** Pages that requests hold, by the number of those requests. The cache may have dropped them meanwhile. */
const holders = new Map<Entry["body"], number>();
let held = 0;

function hold(body: Entry["body"]): void {
  const others = holders.get(body) ?? 0;
  if (others === 0) held += body.byteLength;
  holders.set(body, others + 1);
}

function release(body: Entry["body"]): void {
  const others = holders.get(body)! - 1;
  if (others > 0) holders.set(body, others);
  else if (holders.delete(body)) held -= body.byteLength;
}

/** A page of a list, as routes/resource.ts finds it. */
interface Page {
  answer: Answer;
  resource: { key: string; path: string };
  /** The base URL of URLs in the body. */
  base: string;
}

export interface AllOptions<P extends Page> {
  fetchPage: (page: number) => Promise<P>;
  forms: Forms;
  /** Makes the URLs in a body lead to a base. */
  rewrite: (body: Entry["body"], base: string) => Entry["body"];
  /** Most pages of one response. */
  maxPages: number;
  /** Largest sum of all pages, in bytes: of one request, and of all that wait for pages. */
  maxBytes: number;
  refuse: Record<"tooLarge" | "busy" | "noList", () => Error>;
  /** Whether each item is a line, instead of an element of one array. */
  isLines: boolean;
}

/**
 * All pages of a list as one; or the page that is no list. The result is made once all pages are there.
 * @throws EdgeError if a page fails, or pages are larger than `maxBytes`
 */
export async function toAllPages<P extends Page>(options: AllOptions<P>): Promise<P> {
  const bodies: Entry["body"][] = [];
  try {
    return await join(await fetchPages(options, bodies), options);
  } finally {
    for (const body of bodies) release(body);
  }
}

async function join<P extends Page>(pages: readonly P[], options: AllOptions<P>): Promise<P> {
  const failed = pages.find(({ answer }) => answer.entry.status !== 200);
  if (failed) return failed;
  const [first] = pages as [P, ...P[]];
  const { base } = first;
  const framing = options.isLines ? asLines : asArray;
  const entries = pages.map(({ answer }) => answer.entry);
  const name = `all ${base} ${options.isLines}`;
  const etag = await toTextEtag(`${name} ${entries.map((entry) => entry.etag).join()}`);
  const entry = options.forms.get(first.answer.entry, name, first.resource.key, etag, () => ({
    body: options.rewrite(
      joinPages(
        entries.map(({ body }) => body),
        framing,
      ),
      base,
    ),
    contentType: options.isLines ? "application/x-ndjson; charset=utf-8" : first.answer.entry.contentType,
    link: toRest(pages),
  }));
  return {
    ...first,
    answer: combine(
      pages.map(({ answer }) => answer),
      entry,
    ),
  };
}

/**
 * The pages of a list in their order, up to the last one that GitHub's `Link` names, or with a page that is no list.
 * @param bodies gets what is held
 */
async function fetchPages<P extends Page>(
  { fetchPage, maxPages, maxBytes, refuse }: AllOptions<P>,
  bodies: Entry["body"][],
): Promise<P[]> {
  const first = await fetchPage(1);
  const pages = [first];
  let bytes = 0;
  let last = 1;
  let hasFailed = false;

  /** Reads a page's size and what comes after it. */
  function take(page: number, { answer: { entry } }: P): void {
    // The response is an error already, and what was held is released.
    if (hasFailed) return;
    bytes += entry.body.byteLength;
    hold(entry.body);
    bodies.push(entry.body);
    if (bytes > maxBytes) throw refuse.tooLarge();
    if (held > maxBytes) throw refuse.busy();
    if (entry.status !== 200) hasFailed = true;
    else if (!isArray(entry.body)) throw refuse.noList();
    else if (page === last) {
      // The list may have grown by a page since the first one was read.
      const more = (page === 1 ? pageOf(entry.link, "last") : undefined) ?? pageOf(entry.link, "next") ?? last;
      last = Math.max(last, Math.min(more, maxPages));
    }
  }

  take(1, first);
  let next = 2;
  async function work(): Promise<void> {
    while (next <= last && !hasFailed) {
      const page = next;
      next += 1;
      try {
        const found = await fetchPage(page);
        pages[page - 1] = found;
        take(page, found);
      } catch (error) {
        hasFailed = true;
        throw error;
      }
    }
  }
  await Promise.all(Array.from({ length: concurrency }, work));
  return pages.filter((page) => page !== undefined);
}

/** A link to what comes after the last page that is in the response, for a list that is longer. */
function toRest(pages: readonly Page[]): string | undefined {
  const { answer, resource } = pages.at(-1)!;
  const next = pageOf(answer.entry.link, "next");
  if (next === undefined) return undefined;
  const url = new URL(resource.path, "https://api.github.com");
  url.searchParams.set("page", String(next));
  return `<${url.href}>; rel="next"`;
}

/** One outcome of many: that of the page which cost most, the age of the oldest one, and the least freshness of all. */
function combine(answers: readonly Answer[], entry: Answer["entry"]): Answer {
  const counted = worstFirst.flatMap((handling) => {
    const those = answers.filter((answer) => answer.handling === handling);
    return those.length === 0 ? [] : [{ those, text: `${those.length} ${handling}` }];
  });
  const [{ those } = { those: answers }] = counted;
  return {
    ...those[0]!,
    entry: {
      ...entry,
      validatedAt: Math.min(...answers.map((answer) => answer.entry.validatedAt)),
      freshUntil: Math.min(...answers.map((answer) => answer.entry.freshUntil)),
    },
    detail: `pages: ${counted.map(({ text }) => text).join(", ")}`,
  };
}
