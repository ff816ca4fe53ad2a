import type { PageConfig } from "../../core/routes/page-config.ts";
import { byId } from "../page/dom.ts";
import { expectMonitor } from "./observed.ts";

/** Browsers send this for users who want no tracking (https://privacycg.github.io/gpc-spec/). */
const isUnwanted = () => (navigator as { globalPrivacyControl?: boolean }).globalPrivacyControl === true;

/**
 * Shows on the page which data are collected, and loads the monitor once the page is idle: only if a collector is
 * configured.
 */
export function startTelemetry({ faroUrl, version }: PageConfig): void {
  const note = byId("privacy");
  if (faroUrl === undefined) {
    note.textContent = "This page collects nothing about you.";
    return;
  }
  if (isUnwanted()) {
    note.textContent = "Your browser asks not to be tracked: this page collects nothing about you.";
    return;
  }
  note.textContent =
    "This page reports its loading times, its errors and the addresses opened on it to this service's operator, and to nobody else.";
  expectMonitor();
  const load = () => {
    import("./faro.ts").then(
      ({ startFaro }) => startFaro(faroUrl, version),
      (error: unknown) => console.info("no monitoring:", error),
    );
  };
  const whenIdle = globalThis.requestIdleCallback ?? ((work: () => void) => setTimeout(work, 200));
  if (document.readyState === "complete") whenIdle(load);
  else addEventListener("load", () => whenIdle(load), { once: true });
}
