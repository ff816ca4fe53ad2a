import { toWords } from "../edge/handling-words.ts";
import type { Receipt } from "../edge/receipt.ts";
import { copyButton } from "../page/clipboard.ts";
import { toCurl } from "../page/curl.ts";
import { byId, h, link } from "../page/dom.ts";
import { formatBytes, formatClock, formatCount, formatDuration, formatSeconds } from "../page/format.ts";
import { createMeter } from "./meter.ts";

/** Number of responses in the log below the panel. */
const keptAnswers = 6;

/** The edge's outcome, next to the response: the panel stays while views change. */
export function createReceiptPanel(askAgain: () => void, traceViewerUrl: string | undefined) {
  const panel = byId("receipt");
  const badge = h("span", { class: "badge" });
  const sentence = h("p", { class: "sentence" });
  const age = createMeter("Age against lifetime", "age");
  const ageWords = h("span");
  const time = h("span");
  const budget = createMeter("GitHub budget left", "budget");
  const budgetWords = h("span");
  const budgetReset = h("span", { class: "fine" });
  const trace = h("dd", { class: "trace" });
  const traceRow = h("div", {}, h("dt", {}, "Trace"), trace);
  const ageRow = h("div", {}, h("dt", {}, "Age"), h("dd", {}, ageWords, age.element));
  const request = h("code");
  const log = h("ol", { class: "log", attributes: { role: "list" } });
  const again = h("button", { class: "button again", attributes: { type: "button" }, onclick: askAgain }, "Ask again");
  let current: Receipt | undefined;

  const more = h(
    "details",
    { class: "more" },
    h("summary", {}, "Details"),
    h(
      "dl",
      { class: "facts-list" },
      h("div", {}, h("dt", {}, "GitHub budget"), h("dd", {}, budgetWords, budget.element, budgetReset)),
      traceRow,
      h("div", {}, h("dt", {}, "Request"), h("dd", { class: "request" }, request)),
    ),
    h("section", { class: "history" }, h("h3", {}, "Latest responses"), log),
  );
  panel.replaceChildren(
    h("div", { class: "receipt-head" }, h("h2", {}, "What the edge did"), again),
    h("p", { class: "badge-line" }, badge),
    sentence,
    h("dl", { class: "facts-list main-facts" }, ageRow, h("div", {}, h("dt", {}, "Took"), h("dd", {}, time))),
    more,
  );
  // Next to the content there is room for all of it. Over the content it is a bar of one line.
  const isBeside = matchMedia("(min-width: 62rem)");
  const arrange = () => (more.open = isBeside.matches);
  isBeside.addEventListener("change", arrange);
  arrange();
  setInterval(() => current && showAge(current), 1000);

  function showAge({ age: seconds, lifetime, receivedAt }: Receipt): void {
    ageRow.hidden = seconds === undefined || lifetime === undefined;
    if (seconds === undefined || lifetime === undefined) return;
    const now = Math.floor(seconds + (performance.now() - receivedAt) / 1000);
    const words = `${formatSeconds(now)} of ${formatSeconds(lifetime)}`;
    if (ageWords.textContent === words) return;
    ageWords.textContent = words;
    age.set(now, lifetime, `${words}${now >= lifetime ? ", past its time" : ""}`);
  }

  function showBudget({ budget: of, handling }: Receipt): void {
    // The service leaves the fields out where nothing is left and it answers all the same.
    const { remaining, limit, reset } = of ?? { remaining: 0, limit: 0, reset: undefined };
    if (of === undefined && handling === undefined) return;
    budgetWords.textContent = limit > 0 ? `${formatCount(remaining)} of ${formatCount(limit)}` : "Nothing left";
    budget.set(remaining, Math.max(limit, 1), budgetWords.textContent);
    budgetReset.textContent = reset === undefined ? "" : `full again at ${formatClock(reset)}`;
  }

  function showTrace(of: Receipt["trace"]): void {
    traceRow.hidden = of === undefined;
    if (of === undefined) return;
    const short = h("code", { attributes: { title: of.traceId } }, `${of.traceId.slice(0, 16)}…`);
    const href = traceViewerUrl?.replaceAll("{trace_id}", of.traceId);
    trace.replaceChildren(
      href === undefined
        ? short
        : link(href, { attributes: { "aria-label": `Trace ${of.traceId}`, target: "_blank" } }, short),
      copyButton(() => of.traceId, "the trace's id"),
    );
  }

  function remember(receipt: Receipt): void {
    const { key, word } = toWords(receipt);
    const item = h(
      "li",
      {},
      h("span", { class: `dot ${key}`, attributes: { "aria-hidden": "true" } }),
      h("span", { class: "log-word" }, receipt.status < 400 ? word : `${word} ${receipt.status}`),
      h("code", { class: "log-target" }, receipt.target),
      h("span", { class: "log-time" }, formatDuration(receipt.duration)),
    );
    log.prepend(item);
    while (log.children.length > keptAnswers) log.lastElementChild?.remove();
  }

  return {
    /** While a request is pending, the last outcome is not shown as this one's. */
    setBusy(busy: boolean): void {
      panel.classList.toggle("busy", busy);
      again.setAttribute("aria-disabled", String(busy));
    },
    hide(): void {
      panel.hidden = true;
      current = undefined;
    },
    show(receipt: Receipt): void {
      const { key, word, sentence: why } = toWords(receipt);
      current = receipt;
      panel.hidden = false;
      badge.className = `badge ${key}`;
      badge.textContent = word;
      sentence.textContent = why;
      ageWords.textContent = "";
      showAge(receipt);
      time.textContent = `${formatDuration(receipt.duration)} · ${formatBytes(receipt.bytes)}`;
      showBudget(receipt);
      showTrace(receipt.trace);
      const href = new URL(receipt.target, location.href).href;
      request.replaceChildren(
        h("span", {}, `GET ${receipt.target}`),
        copyButton(() => toCurl(href), "it as curl", "curl"),
      );
      remember(receipt);
    },
  };
}
