import type { Ports } from "../core/ports.ts";

interface Options extends Pick<Ports, "log" | "metrics"> {
  /** Drains, and ends the process with a failure. */
  end: () => Promise<void>;
}

/**
 * The last resort for errors that nobody caught: each is logged and counted. After an exception the process drains and
 * ends, since code that it tore through may have left anything half done (https://nodejs.org/api/process.html#event-uncaughtexception).
 * After a rejection it goes on: it tore through nothing but the one function that nobody waited for.
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
  // From 0, or the first one would be no increase.
  for (const kind of ["exception", "rejection"]) metrics.add("uncaught_errors_total", { kind }, 0);
  process.on("uncaughtException", (error) => {
    note("exception", error);
    void end();
  });
  process.on("unhandledRejection", (reason) => note("rejection", reason));
}
