import { ask, type Outcome } from "./edge/ask.ts";
import type { Gist } from "./edge/gists.ts";
import { toWords } from "./edge/handling-words.ts";
import { announce } from "./page/announce.ts";
import { readConfig } from "./page/config.ts";
import { byId } from "./page/dom.ts";
import { formatItems } from "./page/format.ts";
import { type Cause, createNavigation } from "./page/navigation.ts";
import { interpret, parseRoute, type Route, toTarget } from "./page/route.ts";
import { setUpShortcuts } from "./shortcuts/keys.ts";
import { observe } from "./telemetry/observed.ts";
import { startTelemetry } from "./telemetry/start.ts";
import { goToFile, goToHash } from "./views/gist.ts";
import { createLoader } from "./views/load.ts";
import { createReceiptPanel } from "./views/receipt-panel.ts";
import { loadingState, unreachableState } from "./views/state.ts";

/** The page: wiring only. */
const config = readConfig();
const view = byId("view");
const home = byId("home");
const field = byId("field") as HTMLInputElement;
const panel = createReceiptPanel(() => retry(), config.traceViewerUrl);
/** Addresses of the service's own `Link`s, by the page's address that shows them. */
const followed = new Map<string, string>();

let route: Route = { view: "home" };
let shown: Gist | undefined;
let running: AbortController | undefined;
let isWaitingForNetwork = false;

// Views keep what they show, such as the words of a filter, in the address.
const retry = () => void show(parseRoute(location.search), "again");
const load = createLoader(retry, (href, target) => void followed.set(href, target));
const navigation = createNavigation(show);

/** Shows a route: requests its data and replaces the last view with the response, whatever it is. */
async function show(to: Route, cause: Cause): Promise<void> {
  const before = shown;
  const isSameState =
    to.view === "gist" && route.view === "gist" && before?.id === to.gist && route.revision === to.revision;
  route = to;
  running?.abort();
  isWaitingForNetwork = false;
  const target = toTarget(to);
  setTitle(to);
  if (target === undefined) return showHome(cause);
  if (isSameState && before && to.file !== undefined && cause !== "again") {
    if (goToFile(before, to.file, cause === "follow")) return settle();
  }

  field.value = to.view === "user" ? to.user : "gist" in to ? to.gist : "";
  const controller = new AbortController();
  running = controller;
  const slow = setTimeout(() => {
    if (cause !== "again") view.replaceChildren(...loadingState());
  }, 150);
  document.documentElement.dataset["route"] = "answer";
  home.hidden = true;
  view.setAttribute("aria-busy", "true");
  panel.setBusy(true);
  /** All responses for the view, the one that it shows last. */
  const outcomes: Outcome[] = [];
  async function request(address: string): Promise<Outcome> {
    const outcome = await ask(address, controller.signal);
    outcomes.push(outcome);
    return outcome;
  }
  const loaded = await load(to, followed.get(location.pathname + location.search) ?? target, request).catch(
    (error: unknown) => {
      // A part of the page itself could not be loaded.
      if (!controller.signal.aborted) console.info("not loaded:", error);
      return {
        nodes: unreachableState(!navigator.onLine, retry),
        summary: "No response",
        gist: undefined,
        main: undefined,
      };
    },
  );
  clearTimeout(slow);
  if (controller.signal.aborted) return;
  settle();
  const { nodes, summary, main = { kind: "unreachable", offline: !navigator.onLine } } = loaded;
  shown = to.view === "gist" ? loaded.gist : undefined;
  isWaitingForNetwork = main.kind === "unreachable" || main.receipt.offline;
  view.replaceChildren(...nodes);
  for (const outcome of outcomes) if (outcome !== main) showReceipt(to, outcome);
  showReceipt(to, main);
  announce(toAnnouncement(summary, main));
  place(to, cause);
}

/** Marks the page as not waiting. */
function settle(): void {
  view.setAttribute("aria-busy", "false");
  panel.setBusy(false);
}

/** Sets focus and scroll position after a view has changed: to its heading, or to the earlier position. */
function place(to: Route, cause: Cause): void {
  if (to.view === "gist" && shown && location.hash !== "" && (cause === "load" || cause === "back")) {
    if (goToHash(shown, location.hash, to.file)) return;
  }
  if (to.view === "gist" && to.file !== undefined && shown && cause !== "again" && cause !== "back") {
    if (goToFile(shown, to.file, cause === "follow")) return;
  }
  if (cause !== "follow") return;
  scrollTo(0, 0);
  view.querySelector<HTMLElement>("h1")?.focus({ preventScroll: true });
}

function showHome(cause: Cause): void {
  shown = undefined;
  delete document.documentElement.dataset["route"];
  home.hidden = false;
  view.replaceChildren();
  settle();
  panel.hide();
  field.value = "";
  if (cause !== "follow") return;
  scrollTo(0, 0);
  home.querySelector("h1")?.focus({ preventScroll: true });
}

function showReceipt(to: Route, outcome: Outcome): void {
  if (outcome.kind === "unreachable") {
    panel.hide();
    return;
  }
  panel.show(outcome.receipt);
  observe({ view: to.view, ...outcome.receipt });
}

function toAnnouncement(summary: string, outcome: Outcome): string {
  if (outcome.kind === "unreachable") return `${summary}. ${outcome.offline ? "You are offline" : "Try again later"}.`;
  const { word } = toWords(outcome.receipt);
  const { age } = outcome.receipt;
  return `${summary}. ${word}${age === undefined ? "" : `, ${formatItems(age, "second")} old`}.`;
}

function setTitle(to: Route): void {
  const gist = "gist" in to ? `Gist ${to.gist}` : "";
  const names: Record<Route["view"], string> = {
    home: "",
    user: to.view === "user" ? to.user : "",
    public: "Public gists",
    gist,
    history: `History of ${gist}`,
    forks: `Forks of ${gist}`,
    comments: `Comments on ${gist}`,
    changes: `Changes of ${gist}`,
  };
  document.title = [names[to.view], "Edge Gists"].filter(Boolean).join(" · ");
}

byId("search").addEventListener("submit", (event) => {
  event.preventDefault();
  const wanted = interpret(field.value);
  if (wanted) navigation.go(wanted);
  else field.focus();
});
addEventListener("hashchange", () => {
  if (shown && route.view === "gist") goToHash(shown, location.hash, route.file);
});
addEventListener("online", () => {
  if (isWaitingForNetwork) retry();
});
addEventListener("beforeprint", () => (byId("address").textContent = location.href));
setUpShortcuts();
startTelemetry(config);
navigation.start();
