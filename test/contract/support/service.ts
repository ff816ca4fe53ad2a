import { afterAll, beforeAll, inject } from "vitest";
import "../../targets/provided.ts";
import { serveStandIn, type StandIn } from "../../targets/start-stand-in.ts";
import { type Env, startTarget, type Target } from "../../targets/start-target.ts";
import { type RawRequest, type RawResponse, sendRaw } from "./raw-http.ts";

/** The runtime that this project tests. */
export const runtime = inject("runtime");

/** One instance of the service and the stand-in that it calls GitHub. */
export interface Service {
  /** The instance's origin. */
  readonly url: string;
  /** Its stand-in's origin. */
  readonly github: string;
  /** Asks the service; redirects are not followed. */
  get: (path: string, init?: RequestInit) => Promise<Response>;
  /** Asks the service with a request target as given, dot segments and all. */
  raw: (request: RawRequest) => Promise<RawResponse>;
}

function toService(url: () => string, github: () => string): Service {
  return {
    get url() {
      return url();
    },
    get github() {
      return github();
    },
    get: (path, init) => fetch(`${url()}${path}`, { redirect: "manual", ...init }),
    raw: (request) => sendRaw(url(), request),
  };
}

/** The project's shared instance, with its defaults and a good token: for tests that ask for keys of their own. */
export const shared = toService(
  () => inject("base"),
  () => inject("github"),
);

/** An instance that this suite has to itself, with what only an own instance has. */
export interface OwnService extends Service {
  readonly target: Target;
}

/** Starts an instance with settings of its own, and its own stand-in, for the tests of one `describe`. */
export function useService(env: Env = {}): OwnService {
  let standIn: StandIn | undefined;
  let target: Target | undefined;
  const running = <T>(value: T | undefined): T => {
    if (value === undefined) throw new Error("the instance runs only while its tests do");
    return value;
  };
  beforeAll(async () => {
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

/** Another instance beside a running one, on the same stand-in: a second pod. The caller stops it. */
export function startBeside(service: Service, env: Env = {}): Promise<Target> {
  return startTarget({ runtime, github: service.github, env, worker: inject("worker") });
}

/**
 * True of what workerd's own HTTP server answers, before any Worker runs, where it can make no URL of a request's
 * target and host: a bare 500. On Cloudflare such requests end at the edge. Never true on Node.
 */
export function isWorkerdsOwn(response: RawResponse): boolean {
  return runtime === "worker" && response.status === 500 && response.header("x-content-type-options") === undefined;
}
