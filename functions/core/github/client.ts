import type { Config } from "../config/config.ts";
import { EdgeError } from "../errors.ts";
import { coverLink, toEtag } from "../http/conditional.ts";
import { type Answer, type Ask, type Fetch, noticeFields, type Notices } from "../model.ts";
import type { Ports } from "../ports.ts";
import { type ReadBody, readBody } from "./body.ts";
import { startDeadline } from "./deadline.ts";
import { createReadRooms, type Reading } from "./read-room.ts";
import { createLimitReader } from "./reported-limits.ts";
import { createRevalidation, toIfNoneMatch } from "./revalidation.ts";
import { createRetries, unwrap } from "./retry.ts";

type Network = Pick<Ports, "fetch" | "now" | "random" | "build" | "log" | "metrics"> & { config: Config };

/** GitHub renames and moves with 301, 302 and 307 (https://docs.github.com/rest/using-the-rest-api/best-practices-for-using-the-rest-api#follow-redirects). */
const redirects = new Set([301, 302, 303, 307, 308]);
const maxRedirects = 3;

/** Statuses that are about the resource or about our quota; a response with any other status is a failure. */
const usable = new Set([200, 304, 401, 403, 404, 410, 422, 429, 451]);

/** The last layer: one response of GitHub, its bytes unchanged. */
export function createGitHub(ports: Network): Fetch {
  const { config, metrics } = ports;
  const { origin } = new URL(config.GITHUB_API_URL);
  const room = createReadRooms(config.UPSTREAM_MAX_BYTES, (bytes) =>
    metrics.set("upstream_bytes_in_flight", {}, bytes),
  );
  const revalidation = createRevalidation(ports, room);
  const readLimits = createLimitReader(ports.log);

  return async function github(ask) {
    /** Over all attempts and redirects. */
    const deadline = startDeadline(config.UPSTREAM_TIMEOUT_MS, ask.signal);
    let receivedAt = 0;
    let reading: Reading | undefined;
    let body: ReadBody | undefined;

    /** One attempt. The body is read here, because ofetch's timeout ends when its fetch resolves. */
    async function tryOnce(url: string, init: RequestInit): Promise<Response> {
      const signal = AbortSignal.any([deadline.signal, init.signal!]);
      const response = await ports.fetch(url, { ...init, signal });
      receivedAt = ports.now();
      if (usable.has(response.status)) {
        ask.onHead?.({ upstreamStatus: response.status, ...readLimits(response.headers, receivedAt) });
        reading = room.begin();
        body = await readBody(response, config.MAX_BODY_BYTES, reading, deadline.signal);
      } else {
        await response.body?.cancel().catch(() => undefined);
      }
      return response;
    }

    // A response that breaks off in its body is not retried.
    const mayRetry = () => !reading && !deadline.signal.aborted;
    const headers = toHeaders(ask, ports.build.version);

    async function follow(request: (url: string) => Promise<Response>): Promise<Response> {
      let url = `${config.GITHUB_API_URL}${ask.resource.path}`;
      for (let hops = 0; ; hops++) {
        const response = await request(url);
        if (!redirects.has(response.status)) return response;
        const location = response.headers.get("location");
        url = new URL(location ?? "", url).href;
        if (location === null || hops === maxRedirects || !url.startsWith(`${origin}/`)) {
          throw unusable(response.status, "GitHub redirected to where this service does not follow");
        }
      }
    }

    try {
      const validators = await revalidation.choose(ask, headers, deadline.signal);
      const ifNoneMatch = toIfNoneMatch(validators);
      const sent = ifNoneMatch === undefined ? headers : { ...headers, "if-none-match": ifNoneMatch };
      const response = await follow(createRetries(ports, sent, tryOnce, mayRetry));
      if (!body || !reading) throw unusable(response.status, "GitHub failed to respond");
      const answer = await toAnswer(response, body, ask, receivedAt, readLimits(response.headers, receivedAt));
      const etag = response.headers.get("etag");
      const judging = { headers, etag, reading, signal: deadline.signal };
      return { ...answer, ...(await revalidation.judge(validators, answer, ask, judging)) };
    } catch (thrown) {
      throw toFailure(thrown, deadline.signal.aborted);
    } finally {
      reading?.end();
      deadline.end();
    }
  };
}

/** The error of a call: an EdgeError unchanged, any other as a timeout or a bad gateway. */
function toFailure(thrown: unknown, isOver: boolean): EdgeError {
  const { cause, signal } = unwrap(thrown);
  if (cause instanceof EdgeError) return cause;
  return isOver || signal?.aborted
    ? new EdgeError("gateway-timeout", "GitHub did not respond in time", { cause: thrown })
    : new EdgeError("bad-gateway", "GitHub could not be reached", { cause: thrown });
}

function toHeaders({ resource, token, trace }: Ask, version: string): Record<string, string> {
  return {
    accept: resource.accept,
    "user-agent": `edge-gists/${version}`,
    "x-github-api-version": resource.apiVersion,
    ...trace?.headers(),
    ...(token && { authorization: `Bearer ${token.secret}` }),
  };
}

async function toAnswer(
  { status, headers }: Response,
  { bytes: body, isJson }: ReadBody,
  ask: Ask,
  now: number,
  limits: Pick<Answer, "quota" | "retryAfter">,
): Promise<Answer> {
  const contentType = headers.get("content-type") ?? "";
  // GitHub's edge may send a limit in HTML: it counts as a limit, and is never served.
  const isLimit = status === 429 || (status === 403 && limits.retryAfter !== undefined);
  if (status !== 304 && !isLimit && !(/^application\/(?:[\w.+-]+\+)?json\b/i.test(contentType) && isJson)) {
    throw unusable(status, "The response of GitHub is not JSON");
  }
  const etag = headers.get("etag");
  const link = headers.get("link") ?? undefined;
  const notices = toNotices(headers);
  return {
    entry: {
      status,
      contentType,
      link,
      lastModified: headers.get("last-modified") ?? undefined,
      ...(notices && { notices }),
      etag: status === 200 ? coverLink(await toEtag(body), link) : "",
      upstreamEtags: etag === null ? {} : { [ask.token?.id ?? ""]: etag },
      validatedAt: now,
      freshUntil: now,
      body,
    },
    handling: "MISS",
    upstreamStatus: status,
    ...limits,
  };
}

function unusable(status: number, message: string): EdgeError {
  return new EdgeError("bad-gateway", message, { upstreamStatus: status });
}

/** GitHub's text, where it is valid in a header field. */
function toNotices(headers: Headers): Notices | undefined {
  const found = noticeFields.flatMap((name) => {
    const text = headers.get(name);
    return text !== null && /^[ -~]{1,200}$/.test(text) ? [[name, text]] : [];
  });
  return found.length > 0 ? Object.fromEntries(found) : undefined;
}
