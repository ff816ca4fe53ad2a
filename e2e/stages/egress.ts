import { listPods } from "../pods.ts";
import { probe, type Probed, toProbed, wasCut } from "../probe.ts";
import { stage } from "../stage.ts";
import { standInHost } from "../stand-in/manifest.ts";
import { keepWarm, readyPod } from "../warm.ts";
import { askEgress, toGitHubHosts } from "./stand-in.ts";

const github = "https://api.github.com/rate_limit";
/** The same server by another name: a failure then has to do with the name. */
const sameByName = `https://${standInHost}/rate_limit`;
const samePlain = `http://${standInHost}:8081/rate_limit`;
/** An address that is reachable for every pod. */
const apiServer = "https://kubernetes.default.svc.cluster.local/version";

export const egress = stage({
  name: "egress",
  title: "Out goes the service, to GitHub, through the egress gateway",
  commands: (settings) => {
    const from = { pod: "<pod>" };
    return {
      pods: listPods(settings),
      gateway: askEgress(settings),
      github: probe(settings, from, github),
      byName: probe(settings, from, sameByName),
      plain: probe(settings, from, samePlain),
      apiServer: probe(settings, from, apiServer),
      stranger: probe(settings, "stranger", github),
      outside: probe(settings, "outside", samePlain),
    };
  },
  run: async (context, { pods, gateway, github, byName, plain, apiServer, stranger, outside }) => {
    const { run, check, onEnd } = context;
    onEnd(keepWarm(context));
    const ask = async ({ command: [program, ...args] }: typeof github): Promise<Probed> => {
      const { name } = await readyPod(context, pods);
      return toProbed(await run({ command: [program, ...args.map((part) => (part === "<pod>" ? name : part))] }));
    };
    const connections = async () =>
      [...toGitHubHosts(await run(gateway), "cx_total").values()].reduce((sum, value) => sum + value, 0);

    await check("GitHub is reached, through the egress gateway", async () => {
      const before = await connections();
      const found = await ask(github);
      if (found.status === undefined) throw new Error(JSON.stringify(found));
      const made = (await connections()) - before;
      if (made < 1) throw new Error(`${found.status}, but the egress gateway made no connection`);
      return `${found.status}, ${made} connection${made === 1 ? "" : "s"}`;
    });
    await check("what the next checks ask for does answer, elsewhere", async () => {
      const found = await ask(outside);
      if (found.status === undefined) throw new Error(JSON.stringify(found));
    });
    for (const [what, command] of [
      ["the same server by its own name", byName],
      ["the same by plain HTTP", plain],
      ["the API server", apiServer],
    ] as const)
      await check(`${what} is not`, async () => {
        const found = await ask(command);
        // A sidecar responds with 502 itself to HTTP.
        if (!wasCut(found) && found.status !== 502) throw new Error(JSON.stringify(found));
        return found.error ?? String(found.status);
      });
    await check("a stranger in the mesh does not get to GitHub", async () => {
      const found = await ask(stranger);
      if (!wasCut(found)) throw new Error(JSON.stringify(found));
      return String(found.error);
    });
  },
});
