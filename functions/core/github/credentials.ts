import { sha256 } from "../http/digest.ts";
import type { Token } from "../model.ts";

/** A source of tokens with limits of its own: a token that is given, or an installation of a GitHub App. */
export interface Credential {
  /** Its place in the pool: the only name that telemetry may use. */
  index: number;
  /** Names it in every process and does not reveal it. It stays the same when its token is renewed. */
  id: () => Promise<string>;
  /** True if it has a token now. */
  hasToken: () => boolean;
  /** True if no token could be had when it was last tried. */
  isFailing: () => boolean;
  /** Resolves when it has a token, or has none for now. Renews in the background a token that will expire soon. */
  prepare: () => Promise<void>;
  /** The token of now. */
  token: () => Promise<Token | undefined>;
  /** GitHub refused this token with a 401: another one is needed. */
  refuse: (secret: string) => void;
}

/** The credentials of a process, which may change while it runs. */
export interface Credentials {
  /** The same array until they change. */
  list: () => readonly Credential[];
  /** Replaces the tokens that can be replaced. Those that stay keep their limits; calls under way are not disturbed. */
  replace: (tokens: readonly string[]) => void;
}

/** An id that reveals nothing of a text, and is the same in every process. */
export const toId = async (text: string) => (await sha256(new TextEncoder().encode(text))).slice(0, 12);

function toCredential(secret: string, index: number): Credential {
  let known: Promise<string> | undefined;
  const id = (): Promise<string> => (known ??= toId(secret));
  return {
    index,
    id,
    hasToken: () => true,
    isFailing: () => false,
    prepare: () => Promise.resolve(),
    token: async () => ({ id: await id(), secret }),
    refuse: () => undefined,
  };
}

/** Those of the settings first, then the installations, then those that can be replaced: only these change their places. */
export function createCredentials(tokens: readonly string[], installations: readonly Credential[] = []): Credentials {
  const fixed = [...tokens.map(toCredential), ...installations];
  const replaceable = new Map<string, Credential>();
  let list: readonly Credential[] = fixed;

  return {
    list: () => list,
    replace(given) {
      const wanted = [...new Set(given)].filter((token) => !tokens.includes(token));
      if (wanted.length === replaceable.size && wanted.every((token) => replaceable.has(token))) return;
      const kept = new Map(replaceable);
      replaceable.clear();
      wanted.forEach((token, at) => {
        const index = fixed.length + at;
        const known = kept.get(token);
        replaceable.set(token, known ? Object.assign(known, { index }) : toCredential(token, index));
      });
      list = [...fixed, ...replaceable.values()];
    },
  };
}

/** Resolves when one of them has a token, or none has one for now. */
export async function prepare(credentials: readonly Credential[]): Promise<void> {
  const preparing = credentials.map(async (credential) => {
    await credential.prepare();
    if (!credential.hasToken()) throw new Error("No token");
  });
  const first = Promise.any(preparing).catch(() => undefined);
  if (!credentials.some(({ hasToken }) => hasToken())) await first;
}
