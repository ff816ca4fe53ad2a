/** What the panels of a dashboard are drawn from: the results of their queries, of a running stack. */
import { setTimeout as sleep } from "node:timers/promises";
import { buildIfNeeded } from "../../harness/built.mjs";
import { freePort } from "../../harness/free-port.ts";
import { backends, promqlStep } from "../observability/ask.mjs";
import { withVariables } from "../observability/queries.mjs";
import { createPrograms } from "../programs.mjs";
import { startNative } from "./native.mjs";

/**
 * Asks Prometheus what the panels of pictures ask it, over the last minutes. Other stores are not asked.
 * @param {{ panels: object[] }[]} pictures
 * @param {{ mimir: string, minutes: number }} options where Prometheus or Mimir is
 * @returns {Promise<{ pictures: object[], range: { start: number, end: number, step: number } }>} the pictures with
 *   `{ panel, answers }` in place of each panel, and the range in seconds
 */
export async function recordPanels(pictures, { mimir, minutes }) {
  const stack = backends({ mimir });
  // As Grafana's, a range ends at a multiple of the step: the points of all lines are at the same times.
  const end = Math.floor(Date.now() / 1000 / promqlStep) * promqlStep;
  const seconds = minutes * 60;

  async function ask(target) {
    const expr = withVariables(target.expr, `${minutes}m`);
    return { target, series: await stack.promql(expr, { instant: target.instant, seconds, end }) };
  }

  async function record(panel) {
    const targets = panel.targets?.filter(({ datasource }) => datasource.type === "prometheus") ?? [];
    return { panel, answers: await Promise.all(targets.map(ask)) };
  }

  const recorded = pictures.map(async (picture) => ({
    ...picture,
    panels: await Promise.all(picture.panels.map(record)),
  }));
  return { pictures: await Promise.all(recorded), range: { start: end - seconds, end, step: promqlStep } };
}

/** The same of a stack without Docker, which is started, and ended when that time is over. */
export async function recordNative(pictures, minutes) {
  const programs = createPrograms();
  buildIfNeeded();
  const port = await freePort();
  const { urls } = await startNative(programs, { port, isGitHub: false, rate: "10" });
  // What it does with an empty cache, and the first rates, are over by then.
  await sleep((minutes + 2) * 60_000);
  const recorded = await recordPanels(pictures, { mimir: urls.mimir, minutes });
  await programs.endAll();
  return recorded;
}
