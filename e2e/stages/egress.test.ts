import { afterAll, expect, test } from "vitest";
import { type Answers, fakeSettings, podList, runStage } from "../support/fake.ts";
import { egress } from "./egress.ts";

const { settings, remove } = fakeSettings();
afterAll(remove);

const cut = JSON.stringify({ error: "ECONNRESET" });
const answered = JSON.stringify({ status: 200, text: "{}" });
const service = "edge-gists pod-0 --container=edge-gists .*";

/** A cluster in which only the service gets out, to GitHub, through the egress gateway. */
function sound(step = 1): Answers {
  let total = 3;
  return [
    [/get pods/, podList("edge-gists-00001")],
    [/pilot-agent/, () => `outbound|443||api.github.com::10.96.0.9:443::cx_total::${total}\n`],
    [new RegExp(`${service}https://api\\.github\\.com`), () => ((total += step), answered)],
    [new RegExp(`${service}https://github\\.edge-gists-e2e`), cut],
    [new RegExp(`${service}http://github\\.edge-gists-e2e`), cut],
    [new RegExp(`${service}https://kubernetes`), cut],
    [/deployment\/stranger.*api\.github\.com/, cut],
    [/deployment\/github.*:8081/, answered],
  ];
}

test("a cluster that is closed passes", async () => {
  const { failed, passed } = await runStage(egress, settings, sound());
  expect(failed).toEqual({});
  expect(passed).toHaveLength(6);
});

test.each<[string, Answers, string]>([
  ["GitHub is reached past the egress gateway", sound(0), "GitHub is reached"],
  ["GitHub is not reached", [...sound(), [new RegExp(`${service}https://api`), cut]], "GitHub is reached"],
  [
    "the stand-in does not answer anybody",
    [...sound(), [/deployment\/github.*:8081/, cut]],
    "what the next checks ask for",
  ],
  ["other names are open", [...sound(), [/https:\/\/github\.edge-gists/, answered]], "the same server by its own name"],
  ["plain HTTP gets out", [...sound(), [/pod-0.*http:\/\/github\.edge-gists/, answered]], "the same by plain HTTP"],
  ["the API server answers", [...sound(), [/https:\/\/kubernetes/, answered]], "the API server"],
  ["anybody gets to GitHub", [...sound(), [/stranger.*api\.github/, answered]], "a stranger in the mesh"],
])("it is found if %s", async (_what, answers, name) => {
  const { failed } = await runStage(egress, settings, answers);
  expect(Object.keys(failed)).toHaveLength(1);
  expect(Object.keys(failed)[0]).toContain(name);
});
