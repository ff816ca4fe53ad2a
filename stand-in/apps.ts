import { createPublicKey, verify, type KeyObject } from "node:crypto";
import { Hono, type Context } from "hono";
import type { Env } from "./env.ts";
import { fail, notFound } from "./errors.ts";

/** A GitHub App that the stand-in knows. */
export type AppSettings = {
  /** Its client ID or app ID, which tokens name as their issuer. */
  id: string;
  /** PEM. */
  publicKey: string;
  installations: readonly (string | number)[];
};

/** A change of all apps. */
export type AppChange = {
  /** Lifetime of tokens made from now on, in seconds; GitHub's is an hour. */
  lifetime?: number;
  /** Installations that are suspended from now on; their tokens too are refused. */
  suspended?: readonly (string | number)[];
  /** Installations whose tokens end now. */
  revoked?: readonly (string | number)[];
};

/** One installation's token that was made. */
export type Minted = { installation: string; token: string; at: number; expiresAt: number };

const hour = 3600;
/** Longest time from now until the `exp` of a JSON web token, in seconds. */
const longest = 600;
const documentation = "https://docs.github.com/rest/apps/apps#create-an-installation-access-token-for-an-app";

/** Plays GitHub Apps: makes tokens for installations as `POST /app/installations/{id}/access_tokens` does. */
export function createApps(now: () => number, initial: readonly AppSettings[] = []) {
  let apps = new Map<string, { key: KeyObject; installations: Set<string> }>();
  let lifetime = hour;
  let suspended = new Set<string>();
  let minted: Minted[] = [];

  function add({ id, publicKey, installations }: AppSettings): void {
    apps.set(String(id), { key: createPublicKey(publicKey), installations: new Set(installations.map(String)) });
  }
  function reset(): void {
    apps = new Map();
    lifetime = hour;
    suspended = new Set();
    minted = [];
    for (const app of initial) add(app);
  }
  reset();

  function find(token: string): Minted | undefined {
    return minted.findLast((one) => one.token === token);
  }
  const isAlive = ({ expiresAt }: Minted): boolean => expiresAt > now();

  /** What GitHub says to a JSON web token; undefined if it is one of an app. */
  function refusal(c: Context<Env>, jwt: string): Response | undefined {
    const [header = "", payload = "", signature = "", ...more] = jwt.split(".");
    const read = (part: string) => JSON.parse(Buffer.from(part, "base64url").toString()) as Record<string, unknown>;
    const undecodable = () => fail(c, 401, "A JSON web token could not be decoded");
    try {
      const { iss, iat, exp } = read(payload);
      if (read(header)["alg"] !== "RS256" || more.length > 0) return undecodable();
      const app = apps.get(String(iss));
      if (!app) return fail(c, 404, "Integration not found");
      const signed = Buffer.from(`${header}.${payload}`);
      if (!verify("RSA-SHA256", signed, app.key, Buffer.from(signature, "base64url"))) return undecodable();
      const seconds = now() / 1000;
      if (typeof exp !== "number" || exp <= seconds)
        return fail(
          c,
          401,
          "'Expiration time' claim ('exp') must be a numeric value representing the future time at which the assertion expires",
        );
      if (exp > seconds + longest) return fail(c, 401, "'Expiration time' claim ('exp') is too far in the future");
      if (typeof iat !== "number" || iat > seconds)
        return fail(
          c,
          401,
          "'Issued at' claim ('iat') must be an Integer representing the time that the assertion was issued",
        );
      return undefined;
    } catch {
      return undecodable();
    }
  }

  async function mint(c: Context<Env>): Promise<Response> {
    const jwt = /^bearer\s+(\S+)$/i.exec(c.req.header("authorization") ?? "")?.[1];
    if (jwt === undefined) return fail(c, 401, "A JSON web token could not be decoded");
    const refused = refusal(c, jwt);
    if (refused) return refused;
    const { iss } = JSON.parse(Buffer.from(jwt.split(".")[1] ?? "", "base64url").toString()) as { iss: string };
    const installation = c.req.param("id") ?? "";
    if (!apps.get(String(iss))?.installations.has(installation)) return notFound(c);
    if (suspended.has(installation)) return suspension(c);
    const text = await c.req.text();
    const { permissions = {} } = (text === "" ? {} : JSON.parse(text)) as { permissions?: Record<string, string> };
    if (Object.keys(permissions).some((name) => name !== "metadata"))
      return fail(c, 422, "The permissions requested are not granted to this installation.");
    // GitHub's times have whole seconds.
    const expiresAt = Math.ceil((now() + lifetime * 1000) / 1000) * 1000;
    const token = `ghs_${installation}_${crypto.randomUUID().replaceAll("-", "")}`;
    minted.push({ installation, token, at: now(), expiresAt });
    const body = {
      token,
      expires_at: new Date(expiresAt).toISOString().replace(/\.\d+/, ""),
      permissions: { metadata: "read" },
      repository_selection: "all",
    };
    return c.json(body, 201);
  }

  function suspension(c: Context<Env>): Response {
    return fail(c, 403, "This installation has been suspended");
  }

  return {
    add,
    reset,
    /** Every token that was made, oldest first. */
    minted: () => minted,
    change(change: AppChange): void {
      if (change.lifetime !== undefined) ({ lifetime } = change as Required<AppChange>);
      if (change.suspended) suspended = new Set(change.suspended.map(String));
      const revoked = new Set(change.revoked?.map(String));
      for (const one of minted) if (revoked.has(one.installation)) one.expiresAt = now();
    },
    /** The installation of a valid token. */
    installationOf(token: string): string | undefined {
      const one = find(token);
      return one && isAlive(one) ? one.installation : undefined;
    },
    /** The response to a token of a suspended installation. */
    refuse: (c: Context<Env>, token: string | undefined): Response | undefined =>
      token !== undefined && suspended.has(find(token)?.installation ?? "") ? suspension(c) : undefined,
    routes: new Hono<Env>().post("/app/installations/:id/access_tokens", (c) => {
      c.set("documentation", documentation);
      return mint(c);
    }),
  };
}

export type Apps = ReturnType<typeof createApps>;
