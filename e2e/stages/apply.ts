import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { kubectl, serviceReady, up } from "../command.ts";
import { stage } from "../stage.ts";

/** Where the run keeps the cluster's certificate authority. */
export const caFile = (folder: string) => join(folder, "ca.crt");

export const apply = stage({
  name: "apply",
  title: "One command makes all of it",
  kind: "gate",
  commands: (settings) => ({
    up: up(settings),
    ready: serviceReady(settings),
    mapped: kubectl(
      settings,
      "wait",
      "--namespace=edge-gists",
      "--for=condition=Ready",
      "--timeout=5m",
      "domainmapping",
      "--all",
    ),
  }),
  run: async ({ run }, { up, ready, mapped }) => {
    await run(up);
    await run(ready);
    await run({ ...mapped, seconds: 330 });
  },
});

export const authority = stage({
  name: "authority",
  title: "The cluster's certificate authority",
  kind: "gate",
  commands: (settings) => ({
    read: kubectl(
      settings,
      "get",
      "secret",
      "edge-gists-ca",
      "--namespace=cert-manager",
      "--output=jsonpath={.data.ca\\.crt}",
    ),
  }),
  run: async ({ run, settings }, { read }) => {
    writeFileSync(caFile(settings.folder), Buffer.from(await run(read), "base64"));
  },
});
