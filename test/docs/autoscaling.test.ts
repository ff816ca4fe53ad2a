import { describe, expect, test } from "vitest";
import {
  autoscalingPath,
  commandOf,
  names,
  picturePath,
  renderAutoscaling,
  run,
  simulations,
} from "../../docs/generate/autoscaling.ts";
import { read } from "../../docs/generate/markdown.ts";

const page = read(autoscalingPath);
const results = Object.fromEntries(names.map((name) => [name, run(name)]));

test("the results of the commands are current (npm run docs autoscaling)", () => {
  expect(renderAutoscaling(page, results)).toBe(page);
});

describe.each(names)("the simulation %s", (name) => {
  test("draws the committed picture", () => {
    expect(results[name]?.picture).toBe(read(picturePath(name)));
  });

  test("is on the page, with a text for readers who do not see the picture", () => {
    expect(page).toContain(commandOf(name));
    expect(page).toContain(`![${simulations[name].text}]`);
  });
});

test("every simulation on the page is one that is run here", () => {
  const commands = [...page.matchAll(/^npm run demo:autoscale -- --simulate.*$/gm)].map(([command]) => command);
  expect(commands.toSorted()).toEqual(names.map(commandOf).toSorted());
});

test("the pictures differ as the page says", () => {
  const pods = (name: string) => Number(/at most (\d+) pod/.exec(results[name]?.summary ?? "")?.[1]);
  expect(pods("utilization")).toBeGreaterThan(pods("burst"));
  expect(pods("queue")).toBeGreaterThan(pods("path"));
  expect(results["burst"]?.picture).toContain(">panic<");
  expect(results["zero"]?.picture).not.toContain(">panic<");
});
