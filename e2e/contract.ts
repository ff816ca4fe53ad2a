import { spawn } from "node:child_process";
import { existsSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { root } from "../harness/child.ts";

/** A service behind a gateway, and how this machine reaches both. */
export interface BehindGateway {
  /** Its public origin. */
  url: string;
  /** Origin of the control of the stand-in that is its GitHub. */
  github: string;
  /** Certificate authority of the gateway: a file's path. */
  ca: string;
  /** Names that end so are at `address`, for this run. */
  suffix: string;
  address: string;
}

/** The counts of a test run. */
export interface Counted {
  passed: number;
  failed: number;
  /** Tests that need an instance of their own, or a request that the gateway refuses. */
  leftOut: number;
}

/** Environment of a Node process that finds the gateway's names and trusts its authority. */
export function toEnvironment({ ca, suffix, address }: Omit<BehindGateway, "url" | "github">): Record<string, string> {
  const hosts = pathToFileURL(join(root, "e2e/hosts.mjs")).href;
  return {
    NODE_EXTRA_CA_CERTS: ca,
    NODE_OPTIONS: `--import=${hosts}`,
    HOSTS_SUFFIX: suffix,
    HOSTS_ADDRESS: address,
  };
}

/**
 * Runs the contract suite through a gateway (vitest's project `contract-gateway`). Its output is printed.
 * @throws Error if it could not run
 */
export async function runContract(behind: BehindGateway, folder: string): Promise<Counted> {
  const report = join(folder, "contract.json");
  rmSync(report, { force: true });
  const args = [
    "run",
    "--project=contract-gateway",
    "--reporter=dot",
    "--reporter=json",
    `--outputFile.json=${report}`,
  ];
  const child = spawn(process.execPath, [join(root, "node_modules/vitest/vitest.mjs"), ...args], {
    cwd: root,
    stdio: ["ignore", "inherit", "inherit"],
    env: {
      ...process.env,
      ...toEnvironment(behind),
      GATEWAY_URL: behind.url,
      GATEWAY_GITHUB_URL: behind.github,
    },
  });
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once("error", reject).once("close", resolve);
  });
  if (!existsSync(report)) throw new Error(`the contract suite ended with ${code} and without a report`);
  const { numPassedTests, numFailedTests, numPendingTests } = JSON.parse(readFileSync(report, "utf8")) as Record<
    string,
    number
  >;
  const counted = { passed: numPassedTests ?? 0, failed: numFailedTests ?? 0, leftOut: numPendingTests ?? 0 };
  // A run can fail without a failed test: a file that does not load.
  if (counted.failed === 0 && (code !== 0 || counted.passed === 0)) counted.failed = 1;
  return counted;
}
