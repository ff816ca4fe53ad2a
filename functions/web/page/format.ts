const whole = new Intl.NumberFormat("en");
const date = new Intl.DateTimeFormat("en", { dateStyle: "medium", timeStyle: "short" });
const relative = new Intl.RelativeTimeFormat("en", { numeric: "auto" });

/** `4,999` */
export const formatCount = (count: number): string => whole.format(count);

/** `1 file`, `40 files` */
export const formatItems = (count: number, one: string, many = `${one}s`): string =>
  `${formatCount(count)} ${count === 1 ? one : many}`;

/** `312 B`, `12.4 kB`, `2.4 MB`: units of 1000. */
export function formatBytes(bytes: number): string {
  if (bytes < 1000) return `${bytes} B`;
  const [value, unit] = bytes < 999_950 ? [bytes / 1000, "kB"] : [bytes / 1_000_000, "MB"];
  return `${value.toFixed(value < 100 ? 1 : 0)} ${unit}`;
}

/** `3.2 ms`, `41 ms`, `1.2 s` */
export function formatDuration(ms: number): string {
  if (ms < 10) return `${ms.toFixed(1)} ms`;
  return ms < 1000 ? `${Math.round(ms)} ms` : `${(ms / 1000).toFixed(1)} s`;
}

/** `12 s`, `3 min`, `2 h`, `4 d` */
export function formatSeconds(seconds: number): string {
  const s = Math.max(Math.round(seconds), 0);
  if (s < 120) return `${s} s`;
  if (s < 7200) return `${Math.floor(s / 60)} min`;
  return s < 172_800 ? `${Math.floor(s / 3600)} h` : `${Math.floor(s / 86_400)} d`;
}

/** `0:09`, `59:59`, `1:00:00` */
export function formatCountdown(seconds: number): string {
  const s = Math.max(Math.ceil(seconds), 0);
  const two = (value: number) => String(value).padStart(2, "0");
  const hours = Math.floor(s / 3600);
  const minutes = Math.floor(s / 60) % 60;
  return hours > 0 ? `${hours}:${two(minutes)}:${two(s % 60)}` : `${minutes}:${two(s % 60)}`;
}

/** A time as people say it, and in full; undefined for an invalid time. */
export function formatTime(text: string | undefined, now = Date.now()): { short: string; full: string } | undefined {
  const time = Date.parse(text ?? "");
  if (Number.isNaN(time)) return undefined;
  const days = Math.round((time - now) / 86_400_000);
  const steps: [number, number, Intl.RelativeTimeFormatUnit][] = [
    [365, 365, "year"],
    [31, 30.44, "month"],
    [1, 1, "day"],
  ];
  const [, divisor, unit] = steps.find(([least]) => Math.abs(days) >= least) ?? [0, 1, "day" as const];
  return { short: relative.format(Math.round(days / divisor), unit), full: date.format(time) };
}

/** `14:03`, of seconds since the Unix epoch. */
export function formatClock(seconds: number): string {
  return new Date(seconds * 1000).toLocaleTimeString("en-GB", { hour: "2-digit", minute: "2-digit" });
}
