import { styleText } from "node:util";

/**
 * Whether log lines are for a person: on a terminal, where LOG_FORMAT does not say otherwise (`pretty`, `json`).
 * @param {{ LOG_FORMAT?: string }} env
 * @param {{ isTTY?: boolean }} stdout
 */
export function isForPeople(env, stdout) {
  return env.LOG_FORMAT === "pretty" || (env.LOG_FORMAT !== "json" && stdout.isTTY === true);
}

const colours = { debug: "dim", warn: "yellow", error: "red" };

/** Fields that are in their own place, or of no use to a person at a terminal. */
const placed = new Set([
  "time",
  "level",
  "msg",
  "method",
  "route",
  "resource",
  "status",
  "handling",
  "duration_seconds",
  "stack",
  "trace_id",
  "span_id",
]);

// oxlint-disable-next-line no-control-regex -- those are what is looked for
const control = /[\u0000-\u001f\u007f-\u009f]/g;

/** Text that cannot move the cursor of a terminal: control characters are escaped. */
function toShown(text) {
  return String(text).replaceAll(control, (one) => `\\u${one.codePointAt(0).toString(16).padStart(4, "0")}`);
}

function toDuration(seconds) {
  return seconds < 1 ? `${(seconds * 1000).toFixed(seconds < 0.01 ? 1 : 0)} ms` : `${seconds.toFixed(2)} s`;
}

function toStatusColour(status) {
  if (status >= 500) return "red";
  return status >= 400 ? "yellow" : "green";
}

/** `GET /users/octocat/gists 200 MISS 12 ms` */
function toRequest({ method, resource, route, status, handling, duration_seconds: seconds }, paint) {
  const parts = [method, toShown(resource ?? route), status && paint(toStatusColour(status), String(status)), handling];
  if (seconds !== undefined) parts.push(toDuration(seconds));
  return parts.filter((part) => part !== undefined).join(" ");
}

/** A log line of the service, as text for a person; what is no such line stays as it is. */
export function toText(line, paint = (_style, text) => text) {
  let event;
  try {
    event = JSON.parse(line);
  } catch {
    return line;
  }
  if (typeof event?.msg !== "string") return line;
  const { time, level, msg, stack } = event;
  const isRequest = msg === "request";
  const rest = Object.entries(event)
    .filter(([key]) => !placed.has(key) || (!isRequest && /^(?:route|resource|status|method)$/.test(key)))
    .map(([key, value]) => paint("dim", `${key}=${toShown(value)}`));
  const colour = colours[level];
  const words = isRequest ? toRequest(event, paint) : toShown(msg);
  const head = [
    paint("dim", toClock(time)),
    ...(level === "info" || level === undefined ? [] : [paint(colour, level.toUpperCase())]),
    colour && !isRequest ? paint(colour, words) : words,
    ...rest,
  ].join(" ");
  const frames = stack === undefined ? [] : String(stack).split("\n").slice(1);
  return [head, ...frames.map((frame) => `    ${toShown(frame.trim())}`)].join("\n");
}

/** The time of day here. */
function toClock(time) {
  const date = time === undefined ? new Date() : new Date(time);
  return date.toLocaleTimeString("en-GB");
}

/**
 * Prints the log lines of programs on standard output: for people, or as they are.
 * @param {boolean} forPeople
 * @returns {(source?: string) => (line: string) => void} `source` is a word before each line that is for people
 */
export function createPrinter(forPeople) {
  if (!forPeople) return () => (line) => process.stdout.write(`${line}\n`);
  // styleText looks at the terminal, NO_COLOR and FORCE_COLOR.
  const paint = (style, text) => styleText(style, text, { stream: process.stdout });
  return (source) => (line) => {
    // Their URLs are in the banner.
    if (/"msg":"(?:listening|no public address)"/.test(line)) return;
    const label = source === undefined ? "" : `${paint("cyan", source.padEnd(6))} `;
    process.stdout.write(`${label}${toText(line, paint)}\n`);
  };
}
