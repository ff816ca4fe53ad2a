import type { Dispatcher } from "undici";

/** Maximum number of content codings of one response that undici accepts; GitHub uses one. */
const maxCodings = 5;

/**
 * Where undici stores the dispatcher of Node's own fetch
 * (https://github.com/nodejs/undici/blob/main/docs/docs/api/GlobalInstallation.md).
 */
const globalDispatcher = Symbol.for("undici.globalDispatcher.1");

/**
 * Refuses a response with more codings before its body is created. undici 7 rejects such a fetch itself, but leaves the
 * body without a reader and without a listener for errors: an error on that connection would then end the process.
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

/** Node's fetch, without responses that would end the process. */
export function createNodeFetch(): (url: string, init?: RequestInit) => Promise<Response> {
  let dispatcher: Dispatcher | undefined;
  return function fetchSafely(url, init) {
    // Node loads undici with the first Headers, Request or fetch.
    const own = (globalThis as { [globalDispatcher]?: Dispatcher })[globalDispatcher];
    dispatcher ??= own?.compose(refuseManyCodings);
    return fetch(url, { ...init, ...(dispatcher && { dispatcher }) } as RequestInit);
  };
}
