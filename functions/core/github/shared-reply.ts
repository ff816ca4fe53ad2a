import type { SharedReply } from "./shared-limits.ts";

/** @throws TypeError if it is not a reply of `SharedLimits`: no process may wait for what it says */
export function checkReply(value: unknown): SharedReply {
  const reply = value as SharedReply;
  const { reported, minute, ...figures } = reply.account;
  const numbers = [reply.wait, reply.running, reply.now, reply.epoch, ...Object.values(figures)];
  numbers.push(...Object.values(reported), ...Object.values(minute));
  if (numbers.length !== 16 || !numbers.every(Number.isFinite)) throw new TypeError("Not a reply of the limits");
  return reply;
}
