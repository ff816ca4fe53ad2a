import { createFetch, type FetchError } from "ofetch";
import type { Config } from "../config/config.ts";
import { EdgeError } from "../errors.ts";
import { coverLink, toEtag } from "../http/conditional.ts";
import type { Ports } from "../ports.ts";

import { type ReadBody, readBody } from "./body.ts";
import { type Deadline, startDeadline } from "./deadline.ts";
import { type Answer, type Ask, type Fetch, noticeFields, type Notices } from "../model.ts";
import { createReadRooms, type Reading } from "./read-room.ts";
import { createLimitReader } from "./reported-limits.ts";

type Network = Pick<Ports, "fetch" | "now" | "random" | "build" | "log" | "metrics"> & { config: Config };

/** GitHub renames and moves with 301, 302 and 307 (https://docs.github.com/rest/using-the-rest-api/best-practices-for-using-the-rest-api#follow-redirects). */
const redirects = new Set([301, 302, 303, 307, 308]);
const maxRedirects = 3;

/** Statuses that say something of the resource or of our quota; any other is no usable answer. */
const usable = new Set([200, 304, 401, 403, 404, 410, 422, 429, 451]);

/** Transient by their meaning, so that the same GET may be tried again. */
const retriable = [500, 502, 503, 504];

/** The deadlines of one call: of all its tries, and of the one under way. */
interface Time {
  total: Deadline;
  once: Deadline | undefined;
}

/** The last layer: one answer of GitHub, its bytes kept. */
export function createGitHub(ports: Network): Fetch {
  const { config, metrics } = ports;
  const room = createReadRooms(config.UPSTREAM_MAX_BYTES, (bytes) =>
    metrics.set("upstream_bytes_in_flight", {}, bytes),
  );
  const readLimits = createLimitReader(ports.log);
  const $fetch = createFetch({ fetch: ports.fetch as typeof fetch, Headers, AbortController });

  /** One call, with retries of what is transient; a 4xx or 5xx is returned, not thrown. */
  async function fetchWithRetry(url: string, headers: Record<string, string>, time: Time): Promise<Response> {
    try {
      return await $fetch.raw(url, {
        headers,
        redirect: "manual",
        responseType: "stream",
        retry: config.UPSTREAM_RETRIES,
        retryStatusCodes: retriable,
        retryDelay: () => 50 + ports.random() * 200,
        onRequest({ options }) {
          // ofetch's own timeout ends with the header section: this one covers the body too.
          time.once?.end();
          time.once = startDeadline(config.UPSTREAM_TRY_TIMEOUT_MS, time.total.signal);
          options.signal = time.once.signal;
        },
        onRequestError({ options }) {
          time.once?.end();
          if (time.total.signal.aborted) options.retry = false;
        },
        async onResponseError({ response }) {
          if (response.status < 500) return;
          await drop(response);
          time.once?.end();
        },
      });
    } catch (thrown) {
      const { response } = thrown as FetchError;
      if (response) return response;
      throw thrown;
    }
  }

  async function follow(ask: Ask, time: Time): Promise<Response> {
    const headers = toHeaders(ask, ports.build.version);
    let url = `${config.GITHUB_API_URL}${ask.resource.path}`;
    for (let hops = 0; ; hops++) {
      const response = await fetchWithRetry(url, headers, time);
      if (!redirects.has(response.status)) return response;
      await drop(response);
      const location = response.headers.get("location");
      url = new URL(location ?? "", url).href;
      if (location === null || hops === maxRedirects || !url.startsWith(`${new URL(config.GITHUB_API_URL).origin}/`)) {
        throw unusable(response.status, "GitHub redirected to where this service does not follow");
      }
    }
  }

  return async function github(ask) {
    const time: Time = { total: startDeadline(config.UPSTREAM_TIMEOUT_MS, ask.signal), once: undefined };
    let reading: Reading | undefined;
    try {
      const response = await follow(ask, time);
      const now = ports.now();
      reading = room.begin();
      const part = reading;
      const read = () => readBody(response, config.MAX_BODY_BYTES, part, time.total.signal);
      return await toAnswer(response, ask, now, readLimits(response.headers, now), read);
    } catch (thrown) {
      if (thrown instanceof EdgeError) throw thrown;
      if (time.total.signal.aborted || isTimeout(thrown)) {
        throw new EdgeError("gateway-timeout", "GitHub did not answer in time", { cause: thrown });
      }
      throw new EdgeError("bad-gateway", "GitHub could not be reached", { cause: thrown });
    } finally {
      reading?.end();
      time.once?.end();
      time.total.end();
    }
  };
}

function toHeaders({ resource, etags, token, trace }: Ask, version: string): Record<string, string> {
  const etag = etags?.[token?.id ?? ""];
  return {
    accept: resource.accept,
    "user-agent": `edge-gists/${version}`,
    "x-github-api-version": resource.apiVersion,
    ...trace?.headers(),
    ...(token && { authorization: `Bearer ${token.secret}` }),
    ...(etag !== undefined && { "if-none-match": etag }),
  };
}

async function toAnswer(
  response: Response,
  ask: Ask,
  now: number,
  limits: Pick<Answer, "quota" | "retryAfter">,
  read: () => Promise<ReadBody>,
): Promise<Answer> {
  const { status, headers } = response;
  if (!usable.has(status)) {
    await drop(response);
    throw unusable(status, "GitHub failed to answer");
  }
  const contentType = headers.get("content-type") ?? "";
  const { bytes: body, isJson } = await read();
  // GitHub's edge may say in HTML that it limits: it counts all the same, and never becomes an answer.
  const isLimit = status === 429 || (status === 403 && limits.retryAfter !== undefined);
  if (status !== 304 && !isLimit && !(/^application\/(?:[\w.+-]+\+)?json\b/i.test(contentType) && isJson)) {
    throw unusable(status, "GitHub answered with something that is not JSON");
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

/** Ends a body that nobody reads; it may have failed already. */
async function drop({ body }: Response): Promise<void> {
  await body?.cancel().catch(() => undefined);
}

function unusable(status: number, message: string): EdgeError {
  return new EdgeError("bad-gateway", message, { upstreamStatus: status });
}

function isTimeout(thrown: unknown): boolean {
  for (let error = thrown; error instanceof Error; error = error.cause) {
    if (error.name === "TimeoutError") return true;
  }
  return false;
}

/** As GitHub wrote them, where a field of ours can carry that. */
function toNotices(headers: Headers): Notices | undefined {
  const found = noticeFields.flatMap((name) => {
    const text = headers.get(name);
    return text !== null && /^[ -~]{1,200}$/.test(text) ? [[name, text]] : [];
  });
  return found.length > 0 ? Object.fromEntries(found) : undefined;
}
