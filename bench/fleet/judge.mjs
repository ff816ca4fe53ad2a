import { tolerance } from "./scenarios.mjs";

/** GitHub's limit of concurrent calls. */
const maxAtOnce = 100;

/** What is wrong with the result of a simulation. */
export function problemsOf({
  options,
  isContrast,
  isCold,
  overLeast,
  statuses,
  failed,
  lost,
  fleet,
  afterLimit,
  mostAtOnce,
}) {
  // Requests that fail make no call.
  const isOff = overLeast - 1 > tolerance || (failed === 0 && 1 - overLeast > tolerance);
  return [
    // A contrast that shows nothing would mean that the others show nothing.
    isContrast && !options.shared && overLeast < 2 && "processes that share nothing call GitHub hardly more often",
    isContrast &&
      afterLimit?.later === 0 &&
      "no pod calls GitHub after another was told its limit, though they share none",
    !isContrast && isOff && `calls are ${overLeast} of the least possible`,
    !isContrast && mostAtOnce > maxAtOnce && `${mostAtOnce} calls were under way at once`,
    !isContrast && afterLimit?.later > 0 && `${afterLimit.later} calls after GitHub had told its limit`,
    // A first fetch that meets GitHub's limit has nothing to send.
    !isContrast && !isCold && failed > statuses[403] && `${failed} requests failed`,
    lost > 0 && fleet.crashed === 0 && `${lost} requests have no response`,
  ].filter(Boolean);
}
