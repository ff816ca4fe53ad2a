import type { Ports } from "../core/ports.ts";

interface Options extends Pick<Ports, "log" | "metrics"> {
  /** Drains, and ends the process with an error code. */
  end: () => Promise<void>;
}

/**
 * The last resort for uncaught errors: each is logged and counted. After an exception the process drains and ends,
 * since the interrupted code may have left an inconsistent state
 * (https://nodejs.org/api/process.html#event-uncaughtexception). After a rejection it continues: only the async
 * function itself was interrupted.
 */
export function watchUncaught({ log, metrics, end }: Options): void {
  function note(kind: "exception" | "rejection", thrown: unknown): void {
    const error = thrown instanceof Error ? thrown : undefined;
    metrics.add("uncaught_errors_total", { kind });
    log("error", "uncaught error", {
      reason: kind,
      cause: error ? `${error.name}: ${error.message}` : typeof thrown,
      stack: error?.stack,
    });
  }
  // Created with 0, since Prometheus sees an increase only from an existing value.
  for (const kind of ["exception", "rejection"]) metrics.add("uncaught_errors_total", { kind }, 0);
  process.on("uncaughtException", (error) => {
    note("exception", error);
    void end();
  });
  process.on("unhandledRejection", (reason) => note("rejection", reason));
}
