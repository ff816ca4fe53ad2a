import { byId, h } from "../../functions/web/page/dom.ts";
import { formatSeconds } from "../../functions/web/page/format.ts";
import type { Setting, State } from "../model.ts";
import { act } from "./act.ts";

const abouts = {
  outage: "It is down",
  limit: "It limits us",
  damage: "It responds wrongly",
};

/** Buttons that break and heal GitHub, and how it is. */
export function createFaults({ faults }: Setting) {
  const buttons = new Map(
    faults.map(({ kind, title }) => {
      const toggle = () => void (isOn(kind) ? act("heal", {}) : act("break", { kind }));
      const button = h("button", { class: "button small", onclick: toggle }, title);
      button.type = "button";
      return [kind, button] as const;
    }),
  );
  const isOn = (kind: Setting["faults"][number]["kind"]) => buttons.get(kind)?.getAttribute("aria-pressed") === "true";
  const heal = h("button", { class: "button heal", onclick: () => void act("heal", {}) }, "Heal GitHub");
  heal.type = "button";
  const state = h("b");
  const which = h("span", { class: "visually-hidden" });
  const since = h("span");
  // The duration is no news to be read out each second.
  since.setAttribute("aria-hidden", "true");
  byId("health").append(state, which, " ", since);

  byId("faults").append(
    heal,
    ...Object.entries(abouts).map(([about, text]) =>
      h(
        "fieldset",
        {},
        h("legend", {}, text),
        ...faults.filter((fault) => fault.about === about).map(({ kind }) => buttons.get(kind) as HTMLElement),
      ),
    ),
  );

  return function show({ faults: active, troubles, now }: State): void {
    const kinds = new Set(active.map(({ kind }) => kind));
    for (const [kind, button] of buttons) button.setAttribute("aria-pressed", String(kinds.has(kind)));
    const isBroken = kinds.size > 0;
    document.documentElement.dataset["github"] = isBroken ? "broken" : "well";
    const open = troubles.find(({ to }) => to === undefined);
    const [word, title] = isBroken ? ["Broken", `: ${open?.title ?? ""}`] : ["Works", ""];
    if (state.textContent !== word) state.textContent = word;
    if (which.textContent !== title) which.textContent = title;
    since.textContent = open ? `for ${formatSeconds((now - open.from) / 1000)}` : "";
    heal.disabled = !isBroken;
  };
}
