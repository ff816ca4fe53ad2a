import {
  callsPerMinute,
  firstSuspension,
  hour,
  longestCall,
  longestSuspension,
  longestWait,
  maxRefusedKeys,
  maxSecondaryWait,
  minuteMs,
  probeWait,
  secondaryWait,
} from "../../core/github/account-state.ts";
import { keptFor } from "../../core/github/memory-limits.ts";
import type { SettleRequest, SharedLimits, SharedReply, TakeRequest } from "../../core/github/shared-limits.ts";
import { checkReply } from "../../core/github/shared-reply.ts";
import type { Client } from "./client.ts";
import { base } from "./keys.ts";

/** All keys are in one slot of a cluster, because the count of calls is that of all accounts. */
const prefix = `${base}:{limits}`;

/**
 * The state machine of core/github/account-state.ts in Lua, line by line: memory-limits.ts with a hash for each account,
 * a sorted set for its calls by the time when each counts as lost, and one for those of all accounts. A test gives both
 * the same operations and compares the replies.
 */
const open = `
local request = cjson.decode(ARGV[1])
local accountKey, callsKey, refusedKey, fleetKey = unpack(KEYS)
local time = redis.call('time')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
for _, key in ipairs({ callsKey, fleetKey }) do
  redis.call('zremrangebyscore', key, '-inf', now)
  redis.call('zremrangebyscore', key, '(' .. now + ${longestCall}, '+inf')
end

local a = {}
local fields = redis.call('hgetall', accountKey)
for i = 1, #fields, 2 do a[fields[i]] = tonumber(fields[i + 1]) or fields[i + 1] end

local function setQuota(quota)
  a.limit, a.remaining, a.reset = quota.limit, quota.remaining, quota.reset
end
local function report(quota)
  if a.limit > a.remaining and quota.limit == a.limit then
    if quota.reset < a.reset or (quota.reset == a.reset and quota.remaining > a.remaining) then return end
  end
  setQuota(quota)
end
local function countCalls(calls, most)
  if now - a.since >= ${minuteMs} or now < a.since then a.since, a.minuteCalls = now, 0 end
  a.minuteCalls = math.min(a.minuteCalls + calls, most)
end

local known = request.known
if not a.epoch then
  a = { epoch = now, blocked = 0, strikes = 0, refusals = 0, suspended = 0, suspension = 0, since = 0, minuteCalls = 0, probe = '-' }
  setQuota(known.reported)
end
if known.epoch ~= a.epoch then
  if known.reported.used > 0 then report(known.reported) end
  if known.blocked > 0 then a.blocked = math.max(a.blocked, now + known.blocked) end
  a.strikes = math.max(a.strikes, known.secondaryLimits)
  if known.refusals > a.refusals then
    a.refusals, a.suspension = known.refusals, known.suspension
    a.suspended = math.max(a.suspended, now + known.suspended)
  end
  if known.calls > 0 then countCalls(known.calls, ${callsPerMinute}) end
end
if a.suspended > now + ${longestSuspension} then a.suspended = now end
if now / 1000 >= a.reset then
  a.remaining, a.reset = a.limit, math.floor(now / 1000) + ${hour}
end

local function toReply(granted, isFull, wait)
  local flat = {}
  for name, value in pairs(a) do
    flat[#flat + 1] = name
    flat[#flat + 1] = value
  end
  redis.call('hset', accountKey, unpack(flat))
  redis.call('pexpire', accountKey, ${keptFor})
  return cjson.encode({
    granted = granted, isFull = isFull, wait = wait, running = redis.call('zcard', fleetKey), now = now, epoch = a.epoch,
    account = {
      reported = { limit = a.limit, remaining = a.remaining, used = a.limit - a.remaining, reset = a.reset },
      inFlight = redis.call('zcard', callsKey), blockedUntil = a.blocked, secondaryLimits = a.strikes,
      refusals = a.refusals, suspendedUntil = a.suspended, suspension = a.suspension,
      minute = { since = a.since, calls = a.minuteCalls },
    },
  })
end
`;

/** For the test, which gives it another clock. */
export const takeScript = `${open}
local remaining = math.max(a.remaining - redis.call('zcard', callsKey), 0)
local exhausted = remaining <= math.ceil(a.limit * request.reserve / 100) and a.reset * 1000 or 0
local paced = a.minuteCalls >= ${callsPerMinute} and a.since <= now and a.since + ${minuteMs} or 0
local wait = math.max(a.blocked, exhausted, paced) - now
if wait > ${longestWait} then wait = 0 end
if a.refusals > 0 then
  local isProbing = redis.call('zscore', callsKey, a.probe)
  local again = redis.call('zscore', refusedKey, request.resource) and a.suspension or 0
  wait = math.max(wait, isProbing and ${probeWait} or a.suspended + again - now)
end
local isFull = wait <= 0 and redis.call('zcard', fleetKey) >= request.concurrency
if wait > 0 or isFull then return toReply(false, isFull, wait) end
for _, key in ipairs({ callsKey, fleetKey }) do
  redis.call('zadd', key, now + request.lifetime, request.call)
  redis.call('pexpire', key, ${keptFor})
end
if a.refusals > 0 then a.probe = request.call end
countCalls(1, math.huge)
return toReply(true, false, wait)`;

export const settleScript = `${open}
local outcome = request.outcome
redis.call('zrem', callsKey, request.call)
redis.call('zrem', fleetKey, request.call)
if outcome.quota then report(outcome.quota) end
if outcome.kind == 'accepted' then
  a.refusals = 0
  if a.blocked <= now then a.strikes = 0 end
elseif outcome.kind == 'limited' then
  if a.blocked <= now then a.strikes = outcome.isPrimary and 0 or a.strikes + 1 end
  local backoff = math.min(${secondaryWait} * 2 ^ math.max(a.strikes - 1, 0), ${maxSecondaryWait})
  a.blocked = math.max(a.blocked, now + math.max(outcome.seconds or backoff, 1) * 1000)
  if outcome.isPrimary and outcome.quota then setQuota(outcome.quota) end
elseif outcome.kind == 'refused' then
  local isAgain = a.refusals > 0 and a.suspended > now
  local isOfResource = a.refusals == 0 and redis.call('zscore', refusedKey, outcome.resource)
  if not isAgain and not isOfResource then
    redis.call('zadd', refusedKey, 'NX', now, outcome.resource)
    redis.call('zremrangebyrank', refusedKey, 0, ${-maxRefusedKeys - 1})
    redis.call('pexpire', refusedKey, ${keptFor})
    a.suspension = math.min(${firstSuspension} * 2 ^ a.refusals, ${longestSuspension})
    a.refusals = a.refusals + 1
    a.suspended = now + a.suspension
  end
end
return toReply(true, false, 0)`;

type Run = (account: string, calls: string, refused: string, fleet: string, request: string) => Promise<unknown>;

/**
 * GitHub's limits in Redis or Valkey, for all processes that use it. Each operation is one script, atomic and by the
 * server's clock.
 */
export function createRedisLimits(client: Client): SharedLimits {
  client.defineCommand("takeLimit", { numberOfKeys: 4, lua: takeScript });
  client.defineCommand("settleLimit", { numberOfKeys: 4, lua: settleScript });
  const { takeLimit, settleLimit } = client as unknown as Record<"takeLimit" | "settleLimit", Run>;

  async function run(script: Run, request: TakeRequest | SettleRequest): Promise<SharedReply> {
    const name = request.account === "" ? "anonymous" : request.account;
    const keys = [`${prefix}:account:${name}`, `${prefix}:calls:${name}`, `${prefix}:refused:${name}`] as const;
    const reply = await script.call(client, ...keys, `${prefix}:calls`, JSON.stringify(request));
    return checkReply(JSON.parse(String(reply)));
  }

  return {
    take: (request) => run(takeLimit, request),
    settle: (request) => run(settleLimit, request),
  };
}
