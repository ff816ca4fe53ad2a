import { element } from "./element.ts";

interface Quota {
  limit: number;
  remaining: number;
  used: number;
  /** Seconds since the Unix epoch. */
  reset: number;
}

const count = new Intl.NumberFormat("en");

/** Shows the quota of `/rate_limit`: `resources.core` is the only one that this service uses. */
export function showQuota(place: HTMLElement, text: string): void {
  const { core } = (JSON.parse(text) as { resources: { core: Quota } }).resources;
  const { limit, remaining, used, reset } = core;
  const part = limit === 0 ? 0 : remaining / limit;
  const time = new Date(reset * 1000);
  const minutes = Math.max(Math.ceil((time.getTime() - Date.now()) / 60_000), 0);
  const meter = element("meter", {
    min: "0",
    max: String(limit),
    value: String(remaining),
    "aria-label": "Part of the quota that remains",
  });
  place.replaceChildren(
    element(
      "p",
      { class: part > 0.1 ? "remaining" : "remaining low" },
      element("strong", {}, count.format(remaining)),
      ` of ${count.format(limit)} calls remain`,
    ),
    meter,
    element(
      "dl",
      { class: "quota" },
      element("dt", {}, "Used"),
      element("dd", {}, count.format(used)),
      element("dt", {}, "Resets"),
      element(
        "dd",
        {},
        element(
          "time",
          { datetime: time.toISOString() },
          time.toLocaleTimeString("en-GB", { hour: "2-digit", minute: "2-digit" }),
        ),
        minutes === 0 ? "" : `, in ${minutes} min`,
      ),
    ),
    element("h2", {}, "As a program gets it"),
    element("pre", { class: "raw", tabindex: "0" }, JSON.stringify(JSON.parse(text), undefined, 2)),
  );
}
