import { createMetrics } from "./metrics.ts";
import { showQuota } from "./quota.ts";

/** The pages for people at addresses that programs read: each requests its own address, as a program does. */
const find = (id: string) => document.querySelector<HTMLElement>(`#${id}`);

const status = find("status");
const say = (text: string) => {
  if (status) status.textContent = text;
};

for (const link of document.querySelectorAll<HTMLAnchorElement>(".top-nav a"))
  if (link.pathname === location.pathname) link.setAttribute("aria-current", "page");

const path = find("path");
if (path) path.textContent = location.pathname;

/** Loads the data of this address, and shows it. */
function loadInto(accept: string, show: (text: string) => void): void {
  const load = async () => {
    try {
      const response = await fetch(location.href, { headers: { accept }, cache: "no-store" });
      const text = await response.text();
      if (!response.ok) throw new Error(`The service responded with ${response.status}.`);
      say(`Loaded at ${new Date().toLocaleTimeString("en-GB")}`);
      show(text);
    } catch (error) {
      say(error instanceof TypeError ? "The service cannot be reached." : (error as Error).message);
    }
  };
  find("again")?.addEventListener("click", () => void load());
  void load();
}

const [metrics, quota] = [find("metrics"), find("quota")];
if (metrics) loadInto("text/plain", createMetrics(metrics, find("filter") as HTMLInputElement, say));
if (quota) loadInto("application/json", (text) => showQuota(quota, text));
