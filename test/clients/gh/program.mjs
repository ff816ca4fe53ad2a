/** gh (https://cli.github.com/manual): GH_HOST, which is HTTPS and /api/v3; without it a whole URL after `gh api`. */
import { spawn } from "node:child_process";
import { createInterface } from "node:readline";

/** A command of gh that failed. */
class Failed extends Error {
  constructor(code, output) {
    const [, status] = /HTTP(?:\/[\d.]+)? (\d{3})/.exec(output) ?? [];
    const field = (name) => new RegExp(`^${name}: (\\d+)`, "im").exec(output)?.[1];
    const reset = field("x-ratelimit-remaining") === "0" ? field("x-ratelimit-reset") : undefined;
    const wait = field("retry-after") ?? (reset && reset - Math.round(Date.now() / 1000));
    super(output.trim());
    this.told = { type: `exit ${code}`, status: status && Number(status), wait: wait && Number(wait) };
  }
}

/** Runs gh; its standard output, and its error if it ends with one. */
function gh({ origin, enterprise }, ...args) {
  const env = { ...process.env, GH_TOKEN: "any", GH_ENTERPRISE_TOKEN: "any" };
  if (enterprise) env.GH_HOST = new URL(origin).host;
  const child = spawn("gh", args, { env, stdio: ["ignore", "pipe", "pipe"] });
  const read = async (stream) => (await stream.setEncoding("utf8").toArray()).join("");
  const exited = new Promise((resolve) => void child.once("exit", resolve));
  return Promise.all([read(child.stdout), read(child.stderr), exited]).then(([stdout, stderr, code]) => {
    if (code !== 0) throw new Failed(code, `${stdout}${stderr}`);
    return stdout;
  });
}

const address = ({ origin, enterprise }, path) => (enterprise ? path : `${origin}/${path}`);
const api = (ask, path, ...args) => gh(ask, "api", address(ask, path), ...args);
const lines = (text) => text.split("\n").filter(Boolean);
const list = async (ask, path, field) => lines(await api(ask, path, "--paginate", "--jq", `.[].${field}`));
const json = async (ask, path, ...args) => JSON.parse(await api(ask, path, ...args));
const byId = async (ask, id) => ({ id: (await json(ask, `gists/${id}`)).id });
/** `-i` shows the fields, among them how long to wait. */
const limited = (ask) => api(ask, `gists/${ask.uncached}`, "-i");

const scenarios = {
  async "user-gists"(ask) {
    const ids = await list(ask, `users/${ask.username}/gists`, "id");
    return { count: ids.length, unique: new Set(ids).size };
  },
  async since(ask) {
    return { count: (await list(ask, `users/${ask.username}/gists?since=${ask.since}`, "id")).length };
  },
  async gist(ask) {
    return { id: ask.gist, files: lines(await gh(ask, "gist", "view", ask.gist, "--files")).toSorted() };
  },
  async revision(ask) {
    return { content: (await json(ask, `gists/${ask.gist}/${ask.sha}`)).files[ask.file].content };
  },
  async history(ask) {
    return { versions: await list(ask, `gists/${ask.gist}/commits`, "version") };
  },
  async comments(ask) {
    return { count: (await list(ask, `gists/${ask.gist}/comments`, "id")).length };
  },
  async forks(ask) {
    return { count: (await list(ask, `gists/${ask.gist}/forks`, "id")).length };
  },
  async file(ask) {
    return { content: await gh(ask, "gist", "view", ask.gist, "--raw", "--filename", ask.file) };
  },
  async follow(ask) {
    const found = await json(ask, `gists/${ask.gist}`);
    const get = async (url) => JSON.parse(await gh(ask, "api", url));
    const commits = await get(found.commits_url);
    return { versions: commits.length, login: (await get(found.owner.url)).login };
  },
  async user(ask) {
    const { login, id } = await json(ask, `users/${ask.username}`);
    return { login, id };
  },
  async anonymous(ask) {
    return { count: (await json(ask, "gists")).length };
  },
  async "not-found"(ask) {
    return { id: await gh(ask, "gist", "view", ask.gist) };
  },
  async conditional(ask) {
    const [, etag] = /^etag: (.+?)\r?$/im.exec(await api(ask, `gists/${ask.gist}`, "-i"));
    const again = await api(ask, `gists/${ask.gist}`, "-i", "-H", `If-None-Match: ${etag}`).catch((e) => e.message);
    return { unchanged: /^HTTP\/\S+ 304/.test(again) };
  },
  async "rate-limit"(ask) {
    const { limit, remaining, used } = (await json(ask, "rate_limit")).resources.core;
    return { limit, remaining, used };
  },
  "primary-limit": limited,
  "secondary-limit": limited,
  async "cached-while-limited"(ask) {
    return [await byId(ask, ask.cached), await byId(ask, ask.cached)];
  },
  async "cached-after-limit"(ask) {
    await limited(ask).catch(() => {});
    return byId(ask, ask.cached);
  },
};

for await (const line of createInterface({ input: process.stdin })) {
  const ask = JSON.parse(line);
  const answer = await scenarios[ask.scenario](ask).then(
    (ok) => ({ ok }),
    (error) => ({ error: { type: error.name, message: error.message, ...error.told } }),
  );
  console.log(JSON.stringify(answer));
}
