import { afterAll, beforeAll, beforeEach, inject } from "vitest";
import { createClient } from "../../../stand-in/client.ts";
import "../../targets/provided.ts";
import { serveStandIn, type StandIn } from "../../../harness/start-stand-in.ts";
import { startTarget } from "../../../harness/start-target.ts";
import type { Env, Target } from "../../../harness/target.ts";
import { type Description, expectDescribed, readDescription } from "./described.ts";
import { type RawRequest, type RawResponse, sendRaw } from "./raw-http.ts";

/** The runtime that this project tests. */
export const runtime = inject("runtime");

const isBehindGateway = runtime === "gateway";

/** One instance of the service and the stand-in that it calls GitHub. */
export interface Service {
  /** The instance's origin. */
  readonly url: string;
  /** Its stand-in's origin. */
  readonly github: string;
  /** Asks the service; fails unless the OpenAPI document describes the response. Redirects are not followed. */
  get: (path: string, init?: RequestInit) => Promise<Response>;
  /** Asks the service with a request target as given, dot segments and all. */
  raw: (request: RawRequest) => Promise<RawResponse>;
}

let description: Promise<Description> | undefined;

/** The document is the same for all instances: that of the shared one, which is lent only where it is needed. */
async function describe(): Promise<Description> {
  const { instance } = await import("../../targets/instance.ts");
  return readDescription(instance.base);
}

/** Asks a service, and fails unless its OpenAPI document describes the response. Redirects are not followed. */
async function ask(url: string, path: string, init?: RequestInit): Promise<Response> {
  const response = await fetch(`${url}${path}`, { redirect: "manual", ...init });
  // The mesh's gateway refuses these itself.
  const isGateways = isBehindGateway && path === "/metrics";
  if ((init?.method ?? "GET") !== "GET" || isGateways) return response;
  description ??= describe();
  await expectDescribed(await description, path, response);
  return response;
}

/** A service at these addresses, which may not be known yet. */
export function toService(url: () => string, github: () => string): Service {
  return {
    get url() {
      return url();
    },
    get github() {
      return github();
    },
    get: (path, init) => ask(url(), path, init),
    raw: (request) => sendRaw(url(), request),
  };
}

/** An instance that this suite has to itself, with what only an own instance has. */
export interface OwnService extends Service {
  readonly target: Target;
}

/** Starts an instance with settings of its own, and its own stand-in, for the tests of one `describe`. */
export function useService(env: Env = {}): OwnService {
  let standIn: StandIn | undefined;
  let target: Target | undefined;
  // The same bundle passes these as `contract-node`.
  if (isBehindGateway) beforeEach(({ skip }) => skip("needs an instance of its own"));
  const running = <T>(value: T | undefined): T => {
    if (value === undefined) throw new Error("the instance runs only while its tests do");
    return value;
  };
  beforeAll(async () => {
    if (isBehindGateway) return;
    standIn = await serveStandIn();
    target = await startTarget({ runtime, github: standIn.url, env, worker: inject("worker") });
  });
  afterAll(async () => {
    await target?.stop();
    await standIn?.stop();
  });
  const service = toService(
    () => running(target).url,
    () => running(standIn).url,
  );
  // Not spread: that would read the addresses before there are any.
  return Object.defineProperty(service, "target", { get: () => running(target) }) as OwnService;
}

/**
 * An instance with its defaults that nobody else asks meanwhile: one of its own. Behind a gateway it is the only one,
 * if the files of a suite run one after another, and its cache may hold something.
 */
export function useQuietService(): Service {
  if (!isBehindGateway) return useService();
  const service = toService(
    () => inject("base"),
    () => inject("github"),
  );
  beforeAll(() => createClient(service.github).reset());
  return service;
}

/** Another instance next to a running one, on the same stand-in: a second pod. The caller stops it. */
export function startBeside(service: Service, env: Env = {}): Promise<Target> {
  return startTarget({ runtime, github: service.github, env, worker: inject("worker") });
}

/**
 * True if workerd's own HTTP server responds, before any Worker runs, because it can make no URL of a request's
 * target and host: a bare 500. On Cloudflare such requests end at the edge. Never true on Node.
 */
export function isWorkerdsOwn(response: RawResponse): boolean {
  return runtime === "worker" && response.status === 500 && response.header("x-content-type-options") === undefined;
}

/**
 * True of what those in front say themselves of a target that they do not pass on: Envoy a bare 400, Knative's activator and
 * queue proxy what Go's net/http does. Never true without one.
 */
export function isGatewaysOwn(response: RawResponse): boolean {
  return isBehindGateway && response.status === 400 && ["", "400 Bad Request"].includes(response.text);
}
