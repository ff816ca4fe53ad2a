import { byId, h } from "../../functions/web/page/dom.ts";
import { type Aim, runtimes, type Setting, type State } from "../model.ts";
import { act } from "./act.ts";

/** Of one click, and of a second of steady traffic. */
const [clients, rate] = [100, 50];

const labelled = (text: string, control: HTMLElement) => h("label", {}, h("span", {}, text), control);

function radios(name: string, legend: string, choices: [value: string, text: string][], disabled = ""): HTMLElement {
  const items = choices.map(([value, text], index) => {
    const input = h("input", { attributes: { type: "radio", name, value } });
    input.checked = index === 0;
    input.disabled = value === disabled;
    return h("label", { class: "choice" }, input, text);
  });
  return h("fieldset", { class: "choices" }, h("legend", {}, legend), h("div", {}, ...items));
}

function button(text: string, classes: string, onclick: () => void): HTMLButtonElement {
  const element = h("button", { class: `button ${classes}`, onclick }, text);
  element.type = "button";
  return element;
}

/** The form that sends clients. */
export function createClientsForm({ targets, canPurge, lifetime }: Setting) {
  const form = byId("clients") as HTMLFormElement;
  const own = "own";
  const target = h(
    "select",
    { attributes: { name: "target" } },
    ...targets.map(({ id, title }) => h("option", { attributes: { value: id } }, title)),
    h("option", { attributes: { value: own } }, "another path ..."),
  );
  const path = h("input", {
    attributes: { name: "path", type: "text", value: "/users/hubot/gists", spellcheck: "false", autocomplete: "off" },
  });
  const pathLabel = labelled("Path", path);
  pathLabel.hidden = true;

  function aim(): Aim {
    const server = new FormData(form).get("server");
    return {
      runtimes: runtimes.filter((name) => server === "both" || server === name),
      target: target.value === own ? path.value.trim() : target.value,
    };
  }

  const send = button(`Send ${clients} clients`, "strong", async () => {
    send.setAttribute("aria-busy", "true");
    await act("send", { ...aim(), clients, cold: new FormData(form).get("cache") === "cold" });
    send.removeAttribute("aria-busy");
  });
  const traffic = button(`Steady traffic, ${rate}/s`, "toggle", () => {
    const isOn = traffic.getAttribute("aria-pressed") === "true";
    // At once: a change of the form before the next state would otherwise start it again.
    traffic.setAttribute("aria-pressed", String(!isOn));
    void act("traffic", { ...aim(), rate: isOn ? 0 : rate });
  });
  const purge = button("Purge the cache", "", () => void act("purge", aim()));
  purge.disabled = !canPurge;

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    send.click();
  });
  form.addEventListener("change", () => {
    pathLabel.hidden = target.value !== own;
    // What is sent all the time follows the choice.
    if (traffic.getAttribute("aria-pressed") === "true") void act("traffic", { ...aim(), rate });
  });
  form.append(
    radios("server", "Server", [
      ["both", "Both"],
      ["node", "Node"],
      ["worker", "Worker"],
    ]),
    labelled("Clients request", target),
    pathLabel,
    radios(
      "cache",
      "Cache",
      [
        ["warm", "as it is"],
        ["cold", "purged first"],
      ],
      canPurge ? "" : "cold",
    ),
    h(
      "div",
      { class: "row" },
      send,
      traffic,
      purge,
      h("p", { class: "fine" }, `Here a response stays fresh for ${lifetime} s, usually for 60 s.`),
    ),
    h("p", { class: "message", attributes: { id: "message", role: "alert" } }),
  );

  return function show(state: State): void {
    traffic.setAttribute("aria-pressed", String(state.traffic > 0));
  };
}
