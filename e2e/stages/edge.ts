// @ts-expect-error: a script, without types
import { toToken } from "../../istio/metrics-token.mjs";
import { kubectl } from "../command.ts";
import { createClient, type GatewayClient } from "../client.ts";
import { type Settings, toServiceUrl } from "../settings.ts";
import { stage } from "../stage.ts";
import { caFile } from "./apply.ts";

/** Spellings of /metrics. */
const spellings = [
  "/metrics",
  "/metrics/",
  "/metrics/x",
  "//metrics",
  "/./metrics",
  "/x/../metrics",
  "/%6Detrics",
  "/metrics?x",
];

/** Fails with the actual response. */
function createExpect({ ask }: Pick<GatewayClient, "ask">) {
  return async (wanted: readonly number[], path: string, asked?: Parameters<typeof ask>[1]) => {
    const { status, text } = await ask(path, asked);
    if (!wanted.includes(status)) throw new Error(`${status} instead of ${wanted.join(" or ")}: ${text.slice(0, 300)}`);
    return String(status);
  };
}

/** A check that fails if its body throws; its result is printed. */
interface Check {
  name: string;
  body: () => Promise<string | void>;
}

/** Rules for the service's name at any gateway with our configuration; `npm run check gateway` checks the same. */
export function publicChecks(
  { domain, gateway }: Pick<Settings, "domain" | "gateway">,
  client: Pick<GatewayClient, "ask">,
): Check[] {
  const expectStatus = createExpect(client);
  return [
    {
      name: "the service answers, over TLS by the cluster's authority",
      body: () => expectStatus([200], "/health/ready"),
    },
    ...spellings.map((path) => ({
      name: `${path} is nobody's`,
      body: async () => {
        const { status, text } = await client.ask(path);
        if (status === 200 || text.includes("# HELP")) throw new Error(`${status} ${text.slice(0, 300)}`);
        return String(status);
      },
    })),
    {
      name: "HTTP is redirected to HTTPS",
      body: async () => {
        const { status, headers } = await client.ask("/octocat", { plain: true });
        // If the port is not the default one, the gateway's redirect names it.
        const to = `https://gists.${domain}${gateway.http === 80 ? "" : `:${gateway.http}`}/octocat`;
        if (status !== 301 || headers["location"] !== to) throw new Error(`${status} ${String(headers["location"])}`);
      },
    },
    {
      name: "a name that nobody has leads nowhere",
      body: () => expectStatus([404, 421], "/", { headers: { host: `nobody.${domain}` } }),
    },
  ];
}

export const edge = stage({
  name: "edge",
  title: "What the gateway lets in",
  commands: (settings) => ({
    key: {
      ...kubectl(
        settings,
        "get",
        "secret",
        "edge-gists-metrics-key",
        "--namespace=cert-manager",
        "--output=jsonpath={.data.private\\.pem}",
      ),
      isSecret: true,
    },
    virtualServices: kubectl(settings, "get", "virtualservices", "--namespace=istio-system", "--output=name"),
  }),
  run: async ({ settings, run, check, onEnd }, { key, virtualServices }) => {
    const client = createClient(settings, caFile(settings.folder));
    onEnd(client.close);
    const expectStatus = createExpect(client);
    const { domain } = settings;
    const there = await run(virtualServices);
    for (const { name, body } of publicChecks(settings, client)) await check(name, body);
    if (there.includes("edge-gists-grafana")) {
      const host = `grafana.${domain}`;
      await check("the page may report to the collector", async () => {
        const origin = toServiceUrl(settings);
        const headers = { origin, "access-control-request-method": "POST" };
        const answer = await client.ask("/collect", { host, method: "OPTIONS", headers });
        const allowed = String(answer.headers["access-control-allow-origin"]);
        if (answer.status !== 200 || allowed !== origin) throw new Error(`${answer.status}, allowed: ${allowed}`);
        return origin;
      });
      await check("Grafana: a name of its own over TLS", () => expectStatus([200], "/login", { host }));
      await check("Grafana: nothing without a login", () => expectStatus([401], "/api/search", { host }));
      await check("Grafana: its /metrics are nobody's", () => expectStatus([403], "/metrics", { host }));
    }
    if (there.includes("edge-gists-metrics")) {
      const host = `metrics.${domain}`;
      const path = "/prometheus/api/v1/query?query=up";
      await check("metrics: nothing without a token", () => expectStatus([403], path, { host }));
      await check("metrics: something with a token of ours", async () => {
        const token = toToken(
          String(Buffer.from(await run(key), "base64")),
          1,
          Math.floor(Date.now() / 1000),
        ) as string;
        return expectStatus([200], path, { host, headers: { authorization: `Metrics ${token}` } });
      });
      await check("metrics: nothing with another's token", () =>
        expectStatus([401, 403], path, { host, headers: { authorization: "Metrics e30.e30.c2lnbmVk" } }),
      );
    }
  },
});
