import type { Outcome } from "../edge/ask.ts";
import { type Gist, toComments, toGist, toGists, toRevisions } from "../edge/gists.ts";
import { formatItems } from "../page/format.ts";
import { type PartRoute, type Route, toGistTarget } from "../page/route.ts";
import { gistView } from "./gist.ts";
import { listView } from "./list.ts";
import type { Follow } from "./pager.ts";
import { emptyState, refusedState, unreachableState, unreadableState } from "./state.ts";

/** A view, and the response that it shows. */
export interface Loaded {
  nodes: HTMLElement[];
  /** For screen readers. */
  summary: string;
  main: Outcome;
  /** Of a view of one gist. */
  gist?: Gist | undefined;
}

export type Request = (target: string) => Promise<Outcome>;
type Answered = Extract<Outcome, { kind: "answered" }>;

/** Number of gists whose newest state is kept for the heads of their other views. */
const mostKnown = 50;

/** Gives the function that requests a route's data and makes its view. Views that few visits need are loaded then. */
export function createLoader(retry: () => void, follow: Follow) {
  const known = new Map<string, Gist>();

  function learn(gist: Gist | undefined): Gist | undefined {
    if (!gist) return undefined;
    known.delete(gist.id);
    known.set(gist.id, gist);
    const [oldest] = known.keys();
    if (known.size > mostKnown && oldest !== undefined) known.delete(oldest);
    return gist;
  }

  /** The gist that a list belongs to: as seen before, otherwise requested. Its list is shown without it as well. */
  async function headOf(id: string, request: Request): Promise<Gist | undefined> {
    const seen = known.get(id);
    if (seen) return seen;
    const outcome = await request(toGistTarget(id));
    return outcome.kind === "answered" ? learn(toGist(outcome.body)) : undefined;
  }

  function toUnreadable(main: Outcome): Loaded {
    return { nodes: unreadableState(retry), summary: "A response that this page cannot read", main };
  }

  /** The state of a response that has no content to show. */
  function toFailure(route: Route, main: Exclude<Outcome, Answered>): Loaded {
    if (main.kind === "unreachable")
      return { nodes: unreachableState(main.offline, retry), summary: "No response", main };
    return { nodes: refusedState(route, main, retry), summary: main.error.message, main };
  }

  function showGist(route: Extract<Route, { view: "gist" }>, main: Answered): Loaded {
    const gist = toGist(main.body);
    if (!gist) return toUnreadable(main);
    if (route.revision === undefined) learn(gist);
    const summary = `Gist with ${formatItems(gist.files.length, "file")}`;
    return { nodes: gistView(route, gist), summary, main, gist };
  }

  function showList(route: Extract<Route, { view: "user" | "public" }>, main: Answered): Loaded {
    const gists = toGists(main.body);
    if (!gists) return toUnreadable(main);
    if (gists.length === 0)
      return { nodes: emptyState(route, Object.keys(main.links).length > 0), summary: "No gists", main };
    return { nodes: listView(route, gists, main.links, follow), summary: formatItems(gists.length, "gist"), main };
  }

  async function showPart(route: PartRoute, main: Answered, gist: Gist | undefined): Promise<Loaded> {
    const { links, body } = main;
    if (route.view === "history") {
      const revisions = toRevisions(body);
      if (!revisions) return toUnreadable(main);
      const { historyView } = await import("./history.ts");
      const summary = formatItems(revisions.length, "revision");
      return { nodes: historyView(route, gist, revisions, links, follow), summary, main };
    }
    if (route.view === "forks") {
      const forks = toGists(body);
      if (!forks) return toUnreadable(main);
      const { forksView } = await import("./forks.ts");
      return { nodes: forksView(route, gist, forks, links, follow), summary: formatItems(forks.length, "fork"), main };
    }
    const comments = toComments(body);
    if (!comments) return toUnreadable(main);
    const { commentsView } = await import("./comments.ts");
    const summary = formatItems(comments.length, "comment");
    return { nodes: commentsView(route, gist, comments, links, follow), summary, main };
  }

  async function showChanges(
    route: Extract<Route, { view: "changes" }>,
    main: Answered,
    request: Request,
  ): Promise<Loaded> {
    const after = toGist(main.body);
    if (!after) return toUnreadable(main);
    const at = after.history?.findIndex(({ sha }) => sha === route.to) ?? -1;
    const from = route.from ?? after.history?.[at + 1]?.sha;
    let before: Gist | undefined;
    if (from !== undefined) {
      const earlier = await request(toGistTarget(route.gist, from));
      if (earlier.kind !== "answered") return toFailure({ ...route, to: from }, earlier);
      before = toGist(earlier.body);
      if (!before) return toUnreadable(earlier);
    }
    const { changesView } = await import("./changes.ts");
    return {
      nodes: changesView({ ...route, from }, known.get(route.gist), before, after),
      summary: "Changes",
      main,
    };
  }

  return async function load(route: Route, target: string, request: Request): Promise<Loaded> {
    const isPart = "gist" in route && "page" in route;
    const [main, gist] = await Promise.all([request(target), isPart ? headOf(route.gist, request) : undefined]);
    if (main.kind !== "answered") return toFailure(route, main);
    if (route.view === "changes") return showChanges(route, main, request);
    if (route.view === "gist") return showGist(route, main);
    if ("gist" in route) return showPart(route, main, gist);
    return route.view === "home" ? toUnreadable(main) : showList(route, main);
  };
}
