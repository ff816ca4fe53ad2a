import type { Dispatcher } from "undici";

/** Most content codings of one answer that undici takes; GitHub uses one. */
const maxCodings = 5;

/** Where undici keeps the dispatcher of Node's own fetch (https://github.com/nodejs/undici/blob/main/docs/docs/api/GlobalInstallation.md). */
const globalDispatcher = Symbol.for("undici.globalDispatcher.1");

/**
 * Refuses an answer with more codings before a body is made of it. undici 7 rejects such a fetch itself, and leaves the
 * body without a reader and without a listener for errors: whatever ends that connection would then end the process.
 */
const refuseManyCodings: Dispatcher.DispatcherComposeInterceptor = (dispatch) => (options, handler) =>
  dispatch(options, {
    onRequestStart: (...given) => handler.onRequestStart?.(...given),
    onRequestUpgrade: (...given) => handler.onRequestUpgrade?.(...given),
    onResponseStart(controller, status, headers, text) {
      const codings = String(headers["content-encoding"] ?? "").split(",");
      if (codings.length > maxCodings) controller.abort(new Error(`${codings.length} content codings in one answer`));
      else handler.onResponseStart?.(controller, status, headers, text);
    },
    onResponseData: (...given) => handler.onResponseData?.(...given),
    onResponseEnd: (...given) => handler.onResponseEnd?.(...given),
    onResponseError: (...given) => handler.onResponseError?.(...given),
  });

/** Node's fetch, safe from answers that would end the process. */
export function createNodeFetch(): (url: string, init?: RequestInit) => Promise<Response> {
  let dispatcher: Dispatcher | undefined;
  return function fetchSafely(url, init) {
    // Node loads undici with the first Headers, Request or fetch.
    const own = (globalThis as { [globalDispatcher]?: Dispatcher })[globalDispatcher];
    dispatcher ??= own?.compose(refuseManyCodings);
    return fetch(url, { ...init, ...(dispatcher && { dispatcher }) } as RequestInit);
  };
}
