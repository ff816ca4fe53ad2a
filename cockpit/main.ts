import { serveCockpit } from "./server.ts";

/*
 * The cockpit as a program, for `npm run demo`: `PORT`, and `COCKPIT` with its options as JSON. Prints one line of JSON
 * once it listens; ends on SIGTERM or SIGINT.
 */
const { PORT, COCKPIT } = process.env;
const served = await serveCockpit(JSON.parse(COCKPIT ?? "{}"), Number(PORT)).catch((error: Error) => {
  console.log(JSON.stringify({ level: "error", msg: "cannot listen", reason: error.message }));
  process.exit(1);
});
for (const signal of ["SIGTERM", "SIGINT"] as const) process.once(signal, () => void served.close());
console.log(JSON.stringify({ level: "info", msg: "listening", port: served.port, url: served.url }));
