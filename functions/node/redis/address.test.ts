import { describe, expect, test } from "vitest";
import { toRedisAddress } from "./address.ts";

const none = { tls: false, username: undefined, password: undefined, database: 0, master: undefined };

describe("REDIS_URL", () => {
  test.each<[string, object]>([
    ["redis://cache", { topology: "server", nodes: [{ host: "cache", port: 6379 }] }],
    ["REDIS://cache:7000/", { topology: "server", nodes: [{ host: "cache", port: 7000 }] }],
    ["redis://[fd00::1]:7000/2", { topology: "server", nodes: [{ host: "fd00::1", port: 7000 }], database: 2 }],
    [
      "rediss://app:p%40ss%2Fw%3A@cache.example:6380/15",
      {
        topology: "server",
        tls: true,
        username: "app",
        password: "p@ss/w:",
        database: 15,
        nodes: [{ host: "cache.example", port: 6380 }],
      },
    ],
    ["redis://:s3cret@cache", { topology: "server", password: "s3cret", nodes: [{ host: "cache", port: 6379 }] }],
    [
      "rediss+cluster://app:s3cret@one:7000,two,[::1]:7002/0",
      {
        topology: "cluster",
        tls: true,
        username: "app",
        password: "s3cret",
        nodes: [
          { host: "one", port: 7000 },
          { host: "two", port: 6379 },
          { host: "::1", port: 7002 },
        ],
      },
    ],
    [
      "redis+sentinel://one,two:26380/my%20master/3",
      {
        topology: "sentinel",
        master: "my master",
        database: 3,
        nodes: [
          { host: "one", port: 26_379 },
          { host: "two", port: 26_380 },
        ],
      },
    ],
  ])("%s", (url, expected) => {
    expect(toRedisAddress(url)).toEqual({ ...none, ...expected });
  });

  test.each([
    ["", "nothing"],
    ["cache:6379", "no scheme"],
    ["http://cache", "another scheme"],
    ["redis://", "no host"],
    ["redis://one,two", "several servers"],
    ["redis://cache:port", "no port"],
    ["redis://cache/name", "no database"],
    ["redis://cache?password=s3cret", "a query, which would be ignored"],
    ["redis+cluster://one,two/3", "a Cluster has one database"],
    ["redis+cluster://one,,two", "no host"],
    ["redis+sentinel://one,two", "no master"],
    ["redis+sentinel://one/", "no master"],
    ["redis+sentinel://one/master/0/0", "too much"],
    ["redis+sentinel://one/%E0", "no UTF-8"],
    ["redis+replicas://one", "no topology"],
  ])("%j is none: %s", (url) => {
    expect(toRedisAddress(url)).toBeUndefined();
  });
});
