import { createPod } from "./pod.mjs";

/**
 * The pods of a fleet, which start and stop. A request goes to any of them, with equal chance: that is the worst for
 * their own caches.
 * @param world as for createPod, and `pods`, `churn` of the options
 */
export function createPods({ pods, churn, ...world }) {
  const { clock, random } = world;
  const all = Array.from({ length: pods }, () => createPod(world));
  const counts = { started: pods, stopped: 0, crashed: 0 };
  const any = () => Math.floor(random() * all.length);

  /** Another pod takes the place of one that stops: it finishes its requests, or crashes with them. */
  function replace() {
    const place = any();
    if (random() < churn.crashes) {
      all[place].crash();
      counts.crashed += 1;
    } else counts.stopped += 1;
    all[place] = createPod(world);
    counts.started += 1;
    clock.at(clock.now() + churn.every * 1000, replace);
  }
  if (churn) clock.at(clock.now() + churn.every * 1000, replace);

  return { pick: () => all[any()], figures: () => ({ ...counts }) };
}
