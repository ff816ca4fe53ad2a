import { inject } from "vitest";
import "../../targets/provided.ts";
import { createClient, type Client as StandInClient } from "../../../stand-in/client.ts";
import { serveStandIn } from "../../../harness/start-stand-in.ts";
import { startTarget } from "../../../harness/start-target.ts";
import { createCertificate, type Certificate } from "./certificate.ts";
import { startFront, type Front } from "./front.ts";

/** The service between clients and a stand-in: once over HTTP, once behind TLS. */
export interface Instance {
  plain: Front;
  secure: Front;
  standIn: StandInClient;
  close: () => Promise<void>;
}

export async function startInstance(certificate: Certificate): Promise<Instance> {
  const standIn = await serveStandIn();
  const fronts = await Promise.all([startFront(), startFront(certificate)]);
  const [plain, secure] = fronts;
  const target = await startTarget({
    runtime: inject("runtime"),
    github: standIn.url,
    worker: inject("worker"),
    env: { PUBLIC_HOSTS: `${new URL(plain.url).host},${secure.url}` },
  });
  for (const front of fronts) front.lead(target.url);
  return {
    plain,
    secure,
    standIn: createClient(standIn.url),
    async close() {
      await Promise.all(fronts.map((front) => front.close()));
      await target.stop();
      await standIn.stop();
    },
  };
}

/** Certificate, and instances: as it is, limited in the two ways of GitHub. */
export interface Instances {
  certificate: Certificate;
  free: Instance;
  primary: Instance;
  secondary: Instance;
  /** Since when, in milliseconds since the Unix epoch. */
  limitedAt: number;
  close: () => Promise<void>;
}

/** How long the limited ones are limited, in seconds. */
export const limits = { primary: 3000, secondary: 1500 } as const;

/** @param cached path that is in the caches of the limited instances @param other path of which they then hear of the limit */
export async function startInstances(cached: string, other: string): Promise<Instances> {
  const certificate = createCertificate();
  const [free, primary, secondary] = await Promise.all([
    startInstance(certificate),
    startInstance(certificate),
    startInstance(certificate),
  ]);
  const limit = async ({ plain, standIn }: Instance, fault: Parameters<StandInClient["fault"]>[0]) => {
    // Of each version of the API, since some clients ask for the later one.
    for (const version of ["2022-11-28", "2026-03-10"]) {
      const headers = { "x-github-api-version": version };
      await (await fetch(plain.url + cached, { headers })).arrayBuffer();
    }
    await standIn.fault(fault);
    await (await fetch(plain.url + other)).arrayBuffer();
  };
  await limit(primary, { kind: "primary", resetIn: limits.primary });
  await limit(secondary, { kind: "secondary", retryAfter: limits.secondary });
  const all = [free, primary, secondary];
  return {
    certificate,
    free,
    primary,
    secondary,
    limitedAt: Date.now(),
    async close() {
      await Promise.all(all.map((instance) => instance.close()));
      certificate.remove();
    },
  };
}
