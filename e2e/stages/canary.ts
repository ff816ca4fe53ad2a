import { setTimeout as sleep } from "node:timers/promises";
import { type Command, kubectl, readService, serviceReady, terraform } from "../command.ts";
import { createClient } from "../client.ts";
import { startLoad } from "../load.ts";
import { listPods, toPods } from "../pods.ts";
import { serviceValues, type Settings } from "../settings.ts";
import { stage } from "../stage.ts";
import { nodePath } from "../stand-in/manifest.ts";
import { caFile } from "./apply.ts";

/** What makes the canary another revision, and nothing else. */
const changed = { ...serviceValues, env: { CACHE_MAX_ENTRIES: "9999" } };
const percent = 20;
/** Number of requests by which a share is judged. */
const sample = 1000;
/** Allowed deviation, in percent of all: five standard deviations of `sample` draws. */
const tolerance = 7;

/** Terraform's apply with other values of the service's chart. */
export function applyWith(settings: Settings, values: object): Command {
  const variables = { ...settings.variables, service_values: JSON.stringify([JSON.stringify(values)]) };
  return terraform({ ...settings, variables }, "platform", "apply", "-auto-approve");
}

/** Number of responses of a pod: from its own metrics, past the mesh. */
function askPod(settings: Settings, pod: string): Command {
  const program = "fetch('http://localhost:9464/metrics').then((answer) => answer.text()).then(console.log)";
  return kubectl(
    settings,
    "exec",
    "--namespace=edge-gists",
    pod,
    "--container=edge-gists",
    "--",
    nodePath,
    "-e",
    program,
  );
}

export function toRequests(metrics: string): number {
  const samples = metrics.matchAll(/^http_requests_total\{(.*)\} (\d+)$/gm);
  return [...samples].reduce(
    (sum, [, labels = "", value]) => sum + (labels.includes("/health") ? 0 : Number(value)),
    0,
  );
}

export const canary = stage({
  name: "canary",
  title: "A canary without a failed request",
  commands: (settings) => ({
    revision: readService(settings, ".status.latestReadyRevisionName"),
    split: applyWith(settings, {
      ...changed,
      traffic: [
        { revisionName: "<revision>", percent: 100 - percent },
        { latestRevision: true, percent, tag: "canary" },
      ],
    }),
    ready: serviceReady(settings),
    traffic: readService(settings, ".status.traffic"),
    pods: listPods(settings),
    metrics: askPod(settings, "<pod>"),
    promote: applyWith(settings, changed),
    back: applyWith(settings, serviceValues),
  }),
  run: async ({ settings, run, check, figure, onEnd }, { revision, split, ready, traffic, pods, promote, back }) => {
    const client = createClient(settings, caFile(settings.folder));
    onEnd(client.close);
    // One of each is cached for a minute and then requested again: some of these calls reach GitHub, most do not.
    const load = startLoad(client, ["/octocat", "/octocat?per_page=5", "/users/hubot/gists", "/gists/public"]);
    onEnd(load.stop);
    const expectNoFailure = async () => {
      const failures = load.failures();
      if (failures.length > 0) throw new Error(`${failures.length} failed:\n${failures.slice(0, 20).join("\n")}`);
      return `${load.answered()} answered`;
    };
    const shares = async () => {
      const byRevision = new Map<string, number>();
      for (const { name, revision, isReady } of toPods(await run(pods))) {
        if (!isReady) continue;
        const requests = toRequests(await run(askPod(settings, name)));
        byRevision.set(revision, (byRevision.get(revision) ?? 0) + requests);
      }
      return byRevision;
    };

    const first = (await run(revision)).trim();
    await check(`${percent} % go to the canary`, async () => {
      const variable = split.env?.["TF_VAR_service_values"] ?? "";
      await run({ ...split, env: { ...split.env, TF_VAR_service_values: variable.replace("<revision>", first) } });
      await run(ready);
      const entries = JSON.parse(await run(traffic)) as { revisionName: string; percent?: number; tag?: string }[];
      const canary = entries.find(({ tag }) => tag === "canary");
      if (canary?.percent !== percent || canary.revisionName === first) throw new Error(JSON.stringify(entries));
      const before = await shares();
      const until = load.answered() + sample;
      while (load.answered() < until && load.failures().length === 0) await sleep(500);
      const after = await shares();
      const rise = (name: string) => (after.get(name) ?? 0) - (before.get(name) ?? 0);
      const all = rise(first) + rise(canary.revisionName);
      const share = (100 * rise(canary.revisionName)) / all;
      figure("share of the canary, percent", Math.round(share * 10) / 10);
      if (!(all >= sample / 2) || Math.abs(share - percent) > tolerance) throw new Error(`${share} % of ${all}`);
      return `${share.toFixed(1)} % of ${all} requests`;
    });
    await check("no request failed while it was split", expectNoFailure);
    await check("all go to what was the canary", async () => {
      await run(promote);
      await run(ready);
    });
    await check("and back to what it was", async () => {
      await run(back);
      await run(ready);
      await sleep(5000);
    });
    await load.stop();
    await check("no request failed at all", expectNoFailure);
    figure("requests during the canary", load.answered());
  },
});
