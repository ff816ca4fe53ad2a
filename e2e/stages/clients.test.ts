import { afterAll, expect, test } from "vitest";
import { type Answers, fakeSettings, runStage } from "../support/fake.ts";
import { clients } from "./clients.ts";

const { settings, remove } = fakeSettings();
afterAll(remove);

const answered = JSON.stringify({ status: 404, text: '{"message":"Not Found"}' });
const why = "You have exceeded a secondary rate limit: this service calls GitHub 2 times a minute for one client.";
const limited = JSON.stringify({ status: 403, text: `{"message":"${why}` });
const github = JSON.stringify({ status: 403, text: '{"message":"API rate limit exceeded' });

const pods = { first: "deployment/github", second: "deployment/visitor" };
type Client = (text: string) => string;
/** The address that a service sees: by the pod, or by what it says of itself. */
const byPod: Client = (text) => (text.includes(pods.first) ? "10.0.0.1" : "10.0.0.2");
const byHeader: Client = (text) => (text.includes("198.51.100.1") ? "198.51.100.1" : byPod(text));

/** A cluster whose service knows its clients so. */
function cluster(client: Client, limit = 2, response = limited): Answers {
  const asked = new Map<string, number>();
  return [
    [/terraform/, ""],
    [/ wait /, ""],
    [
      / exec /,
      (text) => {
        const address = client(text);
        asked.set(address, (asked.get(address) ?? 0) + 1);
        return asked.get(address)! > limit ? response : answered;
      },
    ],
  ];
}

test("clients that are told apart pass, and the limit is taken away", async () => {
  const { failed, passed, ran } = await runStage(clients, settings, cluster(byPod));
  expect(failed).toEqual({});
  expect(passed).toHaveLength(3);
  const applied = ran.filter((text) => text.includes(" apply "));
  expect(applied.map((text) => text.includes("CLIENT_MISSES_PER_MINUTE"))).toEqual([true, false]);
});

test.each<[string, Answers, string]>([
  ["all clients are one", cluster(() => "127.0.0.6"), "another client is not"],
  ["a client may name its address", cluster(byHeader), "it stays limited"],
  ["nobody is limited", cluster(byPod, 99), "a client that asks too often"],
  ["the limit is too low", cluster(byPod, 1), "a client that asks too often"],
  ["GitHub limits the service", cluster(byPod, 2, github), "a client that asks too often"],
])("it is found if %s", async (_what, answers, name) => {
  const { failed, ran } = await runStage(clients, settings, answers);
  expect(Object.keys(failed).some((check) => check.startsWith(name))).toBe(true);
  expect(ran.filter((text) => text.includes(" apply "))).toHaveLength(2);
});
