/**
 * GitHub as the soak injects it: any user `synthetic-<n>`, without the cost of a real stand-in a million times.
 * Sizes and change times depend on the number alone, so that every run sees the same.
 */

const filler = "x".repeat(65_536);

/** A number in [0, 1) that depends on `n` and `salt` only (a 32-bit finaliser, https://github.com/aappleby/smhasher). */
function chance(n, salt) {
  let hash = (n ^ Math.imul(salt, 0x9e3779b9)) | 0;
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return ((hash ^ (hash >>> 16)) >>> 0) / 2 ** 32;
}

/** Bytes of a list: log-normal about a median of 3 kB, from 200 B to 60 kB. */
function sizeOf(n) {
  const normal = Math.sqrt(-2 * Math.log(1 - chance(n, 1))) * Math.cos(2 * Math.PI * chance(n, 2));
  return Math.round(Math.min(Math.max(3000 * Math.exp(normal), 200), 60_000));
}

/**
 * @param now ms since the Unix epoch
 * @param size bytes of every body; without it they vary
 */
export function createSyntheticGitHub({ now, size }) {
  const calls = { 200: 0, 304: 0 };

  async function fetch(url, init) {
    const n = Number(/synthetic-(\d+)/.exec(url)[1]);
    // A list changes between every minute and every half hour.
    const version = Math.floor(now() / (60_000 * (1 + 30 * chance(n, 3))));
    const etag = `W/"${n.toString(16).padStart(32, "0")}${version.toString(16)}"`;
    const headers = {
      "content-type": "application/json; charset=utf-8",
      etag,
      link: `<https://api.github.com/user/${n}/gists?page=2>; rel="next", <https://api.github.com/user/${n}/gists?page=9>; rel="last"`,
      "x-ratelimit-limit": "100000",
      "x-ratelimit-remaining": "99999",
      "x-ratelimit-used": "1",
      "x-ratelimit-reset": String(Math.floor(now() / 1000) + 3600),
    };
    const status = new Headers(init.headers).get("if-none-match") === etag ? 304 : 200;
    calls[status] += 1;
    if (status === 304) return new Response(null, { status, headers });
    const head = `[{"n":${n},"version":${version},"filler":"`;
    const left = Math.max((size ?? sizeOf(n)) - head.length - 3, 0);
    return new Response(`${head}${filler.slice(0, left)}"}]`, { headers });
  }
  return { fetch, calls };
}
