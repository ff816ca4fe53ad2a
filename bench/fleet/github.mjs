/**
 * GitHub as the fleet meets it: a quota for each token, ETags that only the token knows that got them, a 304 that costs
 * nothing, a time that each response takes, and a limit that it tells to one call.
 */

/** Calls of a token in an hour (https://docs.github.com/rest/using-the-rest-api/rate-limits-for-the-rest-api). */
const quota = 5000;
const hour = 3600;

/** A number in [0, 1) that depends on the numbers only (a 32-bit finaliser, https://github.com/aappleby/smhasher). */
function chance(n, salt) {
  let hash = (n ^ Math.imul(salt, 0x9e3779b9)) | 0;
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return ((hash ^ (hash >>> 16)) >>> 0) / 2 ** 32;
}

/** Milliseconds that GitHub takes for the nth call for a key: the same for the least possible as for the fleet. */
export const latencyOf = (key, nth) => 40 + Math.floor(120 * chance(key, 1000 + nth));

/** Bytes of a body. Few, because a thousand processes keep their copies in one. */
const bodyBytes = 300;

/**
 * @param clock of createClock
 * @param keys how many there are
 * @param limit `token` whose calls get a limit `from` a time `until` another, in ms since the Unix epoch
 */
export function createGitHub({ clock, keys, limit }) {
  let calls = 0;
  const statuses = { 200: 0, 304: 0, 403: 0 };
  const perKey = new Uint32Array(keys);
  const accounts = new Map();
  let atOnce = 0;
  let mostAtOnce = 0;
  /** Calls with the limited token that began after GitHub had told one of the fleet. */
  const afterLimit = { within100ms: 0, later: 0 };
  let toldAt = Infinity;

  function accountOf(token) {
    const now = Math.floor(clock.now() / 1000);
    const known = accounts.get(token);
    if (known && known.reset > now) return known;
    const account = { used: 0, reset: now + hour };
    accounts.set(token, account);
    return account;
  }

  async function fetch(url, init) {
    const headers = new Headers(init.headers);
    const token = headers.get("authorization") ?? "";
    const key = Number(/synthetic-(\d+)/.exec(url)[1]);
    const began = clock.now();
    const isLimited = limit !== undefined && token.endsWith(limit.token) && began >= limit.from && began < limit.until;
    // A refused call takes the time of none: its resource is still to be fetched.
    const latency = latencyOf(key, isLimited ? perKey[key] : perKey[key]++);
    if (isLimited && began > toldAt) afterLimit[began - toldAt > 100 ? "later" : "within100ms"] += 1;
    calls += 1;
    atOnce += 1;
    mostAtOnce = Math.max(mostAtOnce, atOnce);
    await clock.sleep(latency);
    atOnce -= 1;
    const account = accountOf(token);
    // A list changes between every minute and every half hour.
    const version = Math.floor(clock.now() / (60_000 * (1 + 30 * chance(key, 3))));
    const etag = `W/"${chance(key, version)}-${token.slice(-4)}"`;
    const isKnown = headers.get("if-none-match")?.split(", ").includes(etag) ?? false;
    const status = isLimited ? 403 : isKnown ? 304 : 200;
    statuses[status] += 1;
    if (status === 200) account.used += 1;
    const fields = {
      "content-type": "application/json; charset=utf-8",
      "x-ratelimit-limit": String(quota),
      "x-ratelimit-remaining": String(Math.max(quota - account.used, 0)),
      "x-ratelimit-used": String(account.used),
      "x-ratelimit-reset": String(account.reset),
    };
    if (isLimited) {
      toldAt = Math.min(toldAt, clock.now());
      const wait = Math.ceil((limit.until - clock.now()) / 1000);
      const body = '{"message":"You have exceeded a secondary rate limit."}';
      return new Response(body, { status, headers: { ...fields, "retry-after": String(wait) } });
    }
    if (status === 304) return new Response(null, { status, headers: { ...fields, etag } });
    const head = `[{"key":${key},"version":${version},"filler":"`;
    return new Response(`${head}${"x".repeat(bodyBytes - head.length - 3)}"}]`, { headers: { ...fields, etag } });
  }

  return {
    fetch,
    figures: () => ({
      calls,
      statuses,
      mostAtOnce,
      tokensUsed: accounts.size,
      mostUsedOfOne: Math.max(0, ...[...accounts.values()].map(({ used }) => used)),
      ...(limit && { afterLimit }),
    }),
  };
}
