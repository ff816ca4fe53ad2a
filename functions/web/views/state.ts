import type { Outcome } from "../edge/ask.ts";
import { h, link, type Child } from "../page/dom.ts";
import { formatCountdown } from "../page/format.ts";
import { bdi } from "../page/plain.ts";
import { base, type Route, toHref } from "../page/route.ts";

type Refused = Extract<Outcome, { kind: "refused" }>;

/** A state in place of content: the event, its reason, and possible actions. */
function state(kind: string, title: string, ...content: Child[]): HTMLElement[] {
  return [
    h(
      "section",
      { class: `state ${kind}` },
      h("div", { class: "state-mark", attributes: { "aria-hidden": "true" } }),
      h("h1", { attributes: { tabindex: "-1" } }, title),
      ...content,
    ),
  ];
}

const userRoute = (user: string): Route => ({ view: "user", user, page: undefined, perPage: undefined });
const gistRoute = (gist: string): Route => ({ view: "gist", gist, file: undefined });

function actions(...children: Child[]): HTMLElement {
  return h("p", { class: "actions" }, ...children);
}

function button(words: string, onclick: () => void): HTMLButtonElement {
  return h("button", { class: "button strong", attributes: { type: "button" }, onclick }, words);
}

/** A list without gists: of a user without gists, or past its end. */
export function emptyState(route: Route, isPastEnd: boolean): HTMLElement[] {
  if (isPastEnd && "page" in route) {
    return state(
      "empty",
      "Past the last page",
      h("p", {}, "There are fewer pages than that."),
      actions(link(toHref({ ...route, page: undefined }), { class: "button strong" }, "To the first page")),
    );
  }
  const who = route.view === "user" ? [bdi(route.user), " has no public gists."] : ["There are no public gists."];
  return state(
    "empty",
    "Nothing here yet",
    h("p", {}, ...who),
    actions(link(`${base}/`, { class: "button" }, "Find another user")),
  );
}

/** No response. */
export function unreachableState(offline: boolean, retry: () => void): HTMLElement[] {
  return state(
    "offline",
    offline ? "You are offline" : "The service does not respond",
    h(
      "p",
      {},
      offline
        ? "The page retries when the connection is back."
        : "It may be restarting, or the network in between has failed.",
    ),
    actions(button("Try again", retry)),
  );
}

/** An error of GitHub's or of the service's. */
export function refusedState(route: Route, { receipt, error, retryAfter }: Refused, retry: () => void): HTMLElement[] {
  const { status } = receipt;
  const details = h("p", { class: "fine" }, `${status} · `, bdi(error.message));
  if (status === 404 && route.view === "user") {
    return state(
      "missing",
      "No such user",
      h("p", {}, "GitHub has no user named ", h("strong", {}, bdi(route.user)), "."),
      /^[\da-f]+$/i.test(route.user) &&
        actions(link(toHref(gistRoute(route.user)), { class: "button" }, "Find a gist with that ID")),
      details,
    );
  }
  if (status === 404) {
    const id = "gist" in route ? route.gist : "";
    const sha = route.view === "gist" ? route.revision : route.view === "changes" ? route.to : undefined;
    if (sha !== undefined) {
      return state(
        "missing",
        "No such revision",
        h("p", {}, "The gist has none of that name, or is itself not there."),
        actions(link(toHref(gistRoute(id)), { class: "button" }, "Show the newest")),
        details,
      );
    }
    return state(
      "missing",
      "No such gist",
      h("p", {}, "It never existed, is secret, or was deleted. GitHub does not distinguish these cases."),
      actions(link(toHref(userRoute(id)), { class: "button" }, "Find a user with that name")),
      details,
    );
  }
  if (retryAfter !== undefined) return waitState(status, retryAfter, details, retry);
  if (status === 400 || status === 422) {
    const reasons = (error.errors ?? []).map(({ field, message }) =>
      h("li", {}, field !== undefined && h("code", {}, bdi(String(field))), " ", bdi(String(message ?? ""))),
    );
    return state("invalid", "Invalid request", h("ul", { class: "reasons" }, ...reasons), details);
  }
  return state(
    "failed",
    status >= 500 ? "GitHub could not be reached" : "The request failed",
    h("p", {}, "Nothing is cached for this request. Such failures often last only seconds."),
    actions(button("Try again", retry)),
    details,
  );
}

/** Shows the remaining wait, and retries once when it is over. */
function waitState(status: number, seconds: number, details: HTMLElement, retry: () => void): HTMLElement[] {
  const until = performance.now() + seconds * 1000;
  const clock = h("span", { class: "countdown" }, formatCountdown(seconds));
  const timer = setInterval(() => {
    if (!clock.isConnected) {
      clearInterval(timer);
      return;
    }
    const left = (until - performance.now()) / 1000;
    clock.textContent = formatCountdown(left);
    if (left > 0) return;
    clearInterval(timer);
    retry();
  }, 250);
  const limited = status === 429 || status === 403;
  return state(
    "limited",
    limited ? "GitHub's limit is reached" : "Not available right now",
    h(
      "p",
      {},
      limited
        ? "The rest of the hourly quota is reserved for gists in the cache. They are still served."
        : "GitHub does not respond at the moment, and nothing is cached for this request.",
    ),
    h("p", { class: "wait", attributes: { role: "timer", "aria-live": "off" } }, "The page retries in ", clock),
    actions(button("Try now", retry), link(`${base}/rate_limit`, { class: "button" }, "See the quota")),
    details,
  );
}

/** Before the first response. */
export function loadingState(): HTMLElement[] {
  const bars = Array.from({ length: 5 }, () => h("div", { class: "bar" }));
  return [h("div", { class: "loading", attributes: { "aria-hidden": "true" } }, ...bars)];
}

/** JSON that is not a gist: something in front of the service responded instead of it. */
export function unreadableState(retry: () => void): HTMLElement[] {
  return state(
    "failed",
    "Unreadable response",
    h("p", {}, "It is not in GitHub's format."),
    actions(button("Try again", retry)),
  );
}
