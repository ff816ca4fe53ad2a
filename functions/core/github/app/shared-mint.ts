import { createStorage } from "unstorage";
import type { Sharing } from "../../cache/store/create.ts";
import { toItemKey } from "../../cache/store/item-key.ts";
import type { Ports } from "../../ports.ts";
import { toId } from "../credentials.ts";
import { startDeadline } from "../deadline.ts";
import { type Minted, type Refusal, timeout as mintTimeout } from "./mint.ts";
import type { Seal } from "./seal.ts";

/** Makes a token for an installation. @param last the token that is no longer wanted */
export type Mint = (installation: string, last?: string) => Promise<Minted | Refusal>;

type SharePorts = Pick<Ports, "config" | "now" | "sleep">;

/** Time for which a process waits for the one that asks GitHub, in milliseconds, and between two looks. */
const patience = 5000;
const pause = 100;

/** A token as it is shared; times in ms since the Unix epoch. */
interface Shared {
  secret: string;
  expiresAt: number;
  total: number;
}

function toShared(text: string | undefined): Shared | undefined {
  const shared = text === undefined ? undefined : (JSON.parse(text) as Shared);
  return typeof shared?.secret === "string" && shared.expiresAt > 0 && shared.total > 0 ? shared : undefined;
}

/**
 * Shares tokens between processes, so that one of them asks GitHub for all. They are encrypted with the app's private
 * key: who can read the shared tier learns nothing, and who can write to it can make no token that is taken for one. If
 * the tier fails, each process asks for itself.
 */
export function shareMint(mint: Mint, { driver, leases }: Sharing, seal: () => Seal, ports: SharePorts): Mint {
  const { config, now, sleep } = ports;
  const storage = createStorage<string>({ driver });

  /** Undefined where the tier fails or is late. */
  async function guarded<T>(run: () => Promise<T>): Promise<T | undefined> {
    const { signal, end } = startDeadline(config.SHARED_CACHE_TIMEOUT_MS);
    const late = new Promise<undefined>((resolve) => signal.addEventListener("abort", () => resolve(undefined)));
    try {
      return await Promise.race([run(), late]);
    } catch {
      return undefined;
    } finally {
      end();
    }
  }

  /** A token that is not due for renewal, and is another one than the last. */
  async function read(key: string, last: string | undefined): Promise<Minted | undefined> {
    const text = await guarded(() => storage.getItem(toItemKey(key)));
    if (typeof text !== "string") return undefined;
    const shared = toShared(await seal().open(text.slice(text.indexOf(" ") + 1), key));
    if (!shared || shared.secret === last) return undefined;
    const lifetime = shared.expiresAt - now();
    return lifetime > shared.total / 4
      ? { secret: shared.secret, lifetime, total: shared.total, isShared: true }
      : undefined;
  }

  async function write(key: string, { secret, lifetime }: Minted): Promise<void> {
    const shared: Shared = { secret, expiresAt: now() + lifetime, total: lifetime };
    // The word before it keeps unstorage from reading it as JSON.
    const text = `sealed ${await seal().close(JSON.stringify(shared), key)}`;
    await guarded(() => storage.setItem(toItemKey(key), text, { ttl: Math.ceil(lifetime / 1000) }));
  }

  return async function mintOnce(installation, last) {
    const key = `github-app ${await toId(`${config.GITHUB_API_URL} ${installation}`)}`;
    const holder = crypto.randomUUID();
    let isHolder = false;
    for (let waited = 0; ; waited += pause) {
      const found = await read(key, last);
      if (found) return found;
      const purge = leases && (await guarded(() => leases.take(key, holder, mintTimeout).then((taken) => ({ taken }))));
      isHolder = purge?.taken !== undefined;
      // Also where there are no leases, or the tier fails.
      if (purge === undefined || isHolder || waited >= patience) break;
      await sleep(pause);
    }
    try {
      // Its last holder may have shared one since it was looked for.
      const found = isHolder ? await read(key, last) : undefined;
      if (found) return found;
      const made = await mint(installation, last);
      if ("secret" in made) await write(key, made);
      return made;
    } finally {
      if (isHolder) await guarded(() => leases!.release(key, holder));
    }
  };
}
