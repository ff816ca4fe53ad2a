import { spawn } from "node:child_process";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";
import { root } from "../../harness/child.ts";
import { checks, type Session } from "./checks.ts";
import { readFacts } from "./facts.ts";
import { clients, scenarios, type Client, type Scenario } from "../../docs/generate/client-matrix.ts";
import type { Prepared } from "./prepare.ts";
import { startInstances, type Instances } from "./support/instances.ts";
import { createProgram, toEnvironment, type Program } from "./support/program.ts";
import { startWayOut, type WayOut } from "./support/way-out.ts";

const prepared = inject("clients");
const facts = await readFacts();
const names = Object.keys(scenarios) as Scenario[];

let instances: Instances;
let wayOut: WayOut;
/** What each client asked of the service, by scenario. */
const calls: Record<string, Record<string, string[]>> = {};

beforeAll(async () => {
  const [cached = "", , other = ""] = facts.spare;
  instances = await startInstances(`/gists/${cached}`, `/gists/${other}`);
  wayOut = await startWayOut();
});

afterAll(async () => {
  await instances.close();
  await wayOut.close();
  const folder = join(root, ".cache/clients");
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, `calls-${inject("runtime")}.json`), JSON.stringify(calls, undefined, 2));
});

/** The environment of a client: no way out but the one that is watched, and nothing of the user's own. */
function environment(): Record<string, string> {
  return {
    ...wayOut.env,
    PYTHONPATH: join(root, "test/clients/python"),
    PYTHONDONTWRITEBYTECODE: "1",
    SSL_CERT_FILE: instances.certificate.path,
    GH_CONFIG_DIR: join(root, ".cache/clients/gh-config"),
    GH_NO_UPDATE_NOTIFIER: "1",
    GH_PROMPT_DISABLED: "1",
    NO_COLOR: "1",
  };
}

function createSession(client: Client, program: () => Program, snippet: readonly string[]): Session {
  /** What passes a front meanwhile; nothing may be asked of anybody else. */
  async function watch<T>(scenario: Scenario, { seen }: Instances["free"]["plain"], run: () => Promise<T>) {
    const [before, outside] = [seen.length, wayOut.asked.length];
    const answer = await run();
    const meanwhile = seen.slice(before);
    const lines = meanwhile.map(({ method, target, status }) => `${status} ${method} ${target}`);
    (calls[client.name] ??= {})[scenario] = lines;
    const said = `${JSON.stringify(answer)}\nit asked:\n${lines.join("\n")}`;
    expect(wayOut.asked.slice(outside), `asked of other hosts; ${said}`).toEqual([]);
    return { answer, seen: meanwhile, said };
  }

  return {
    client,
    facts,
    get instances() {
      return instances;
    },
    async run(scenario, ask = {}) {
      const { instance = instances.free, enterprise = client.enterprise, as = scenario, ...more } = ask;
      const front = client.tls && enterprise ? instance.secure : instance.plain;
      const { username, gist } = facts;
      const request = {
        scenario: as,
        origin: front.url,
        enterprise,
        username,
        gist: gist.id,
        file: gist.file,
        ...more,
      };
      return watch(scenario, front, () => program().ask(request, 30_000));
    },
    async snippet() {
      const front = client.tls ? instances.free.secure : instances.free.plain;
      const { answer } = await watch("snippet", front, async () => {
        const [file = "", ...args] = snippet;
        const env = toEnvironment({ ...environment(), EDGE_GISTS: front.url });
        const child = spawn(file, args, { env, stdio: ["ignore", "pipe", "inherit"] });
        return (await text(child.stdout)).trim();
      });
      return answer;
    },
  };
}

/** The clients in that state. */
function inState<State extends Prepared["state"]>(state: State) {
  return clients.flatMap((client: Client) => {
    const found = prepared[client.name as keyof typeof prepared];
    return found?.state === state
      ? [{ client, title: client.title, ...(found as Extract<Prepared, { state: State }>) }]
      : [];
  });
}

describe.each(inState("ready"))("$title", ({ client, program: command, snippet }) => {
  let program: Program;
  beforeAll(() => void (program = createProgram(command, environment())));
  afterAll(() => program.stop());
  const session = createSession(client, () => program, snippet);

  for (const scenario of names) {
    test.skipIf(client.cannot[scenario])(scenarios[scenario], () => checks[scenario](session));
  }
});

test.for(inState("failed"))("$title can be made", ({ why }) => {
  expect.fail(why);
});

test.skipIf(process.env["REQUIRE_ALL"] !== "1").for(inState("missing"))("$title has its toolchain", ({ why }) => {
  expect.fail(why);
});
