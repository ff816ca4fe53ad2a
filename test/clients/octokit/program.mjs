/** @octokit/rest (https://octokit.github.io/rest.js): `baseUrl`. The same for each release of it. */
import { createInterface } from "node:readline";
import { retry } from "@octokit/plugin-retry";
import { throttling } from "@octokit/plugin-throttling";
import { Octokit } from "@octokit/rest";

// In this order: the retry plugin of the oldest release counts the first try as one more.
const Stock = Octokit.plugin(throttling, retry);

/** A client with stock plugins; `told` is what its handlers hear of limits, `retries` what they allow. */
function connect({ origin, enterprise, slash }, { retries = 0, told = [] } = {}) {
  const handler = (type) => (wait, options) => {
    told.push({ type, wait });
    return options.request.retryCount < retries;
  };
  const silent = () => {};
  return new Stock({
    baseUrl: `${origin}${enterprise ? "/api/v3" : ""}${slash ? "/" : ""}`,
    log: { debug: silent, info: silent, warn: silent, error: silent },
    throttle: {
      onRateLimit: handler("onRateLimit"),
      onSecondaryRateLimit: handler("onSecondaryRateLimit"),
    },
  });
}

/** A limit as the plugin's handler was told of it. */
async function limited(ask) {
  const told = [];
  const octokit = connect(ask, { told });
  try {
    const { data } = await octokit.rest.gists.get({ gist_id: ask.uncached });
    return { id: data.id };
  } catch (error) {
    throw Object.assign(error, told[0]);
  }
}

const scenarios = {
  async "user-gists"(ask) {
    const octokit = connect(ask);
    const gists = await octokit.paginate(octokit.rest.gists.listForUser, { username: ask.username });
    return { count: gists.length, unique: new Set(gists.map(({ id }) => id)).size };
  },
  async since(ask) {
    const octokit = connect(ask);
    const { username, since } = ask;
    return { count: (await octokit.paginate(octokit.rest.gists.listForUser, { username, since })).length };
  },
  async gist(ask) {
    const { data } = await connect(ask).rest.gists.get({ gist_id: ask.gist });
    return { id: data.id, files: Object.keys(data.files).toSorted() };
  },
  async revision(ask) {
    const { data } = await connect(ask).rest.gists.getRevision({ gist_id: ask.gist, sha: ask.sha });
    return { content: data.files[ask.file].content };
  },
  async history(ask) {
    const octokit = connect(ask);
    const commits = await octokit.paginate(octokit.rest.gists.listCommits, { gist_id: ask.gist });
    return { versions: commits.map(({ version }) => version) };
  },
  async comments(ask) {
    const octokit = connect(ask);
    return { count: (await octokit.paginate(octokit.rest.gists.listComments, { gist_id: ask.gist })).length };
  },
  async forks(ask) {
    const octokit = connect(ask);
    return { count: (await octokit.paginate(octokit.rest.gists.listForks, { gist_id: ask.gist })).length };
  },
  async file(ask) {
    const { data } = await connect(ask).rest.gists.get({ gist_id: ask.gist });
    return { content: data.files[ask.file].content };
  },
  async follow(ask) {
    const octokit = connect(ask);
    const gists = await octokit.paginate(octokit.rest.gists.listForUser, { username: ask.username });
    const { url } = gists.find(({ id }) => id === ask.gist);
    const { data } = await octokit.request(`GET ${url}`);
    const commits = await octokit.request(`GET ${data.commits_url}`);
    const owner = await octokit.request(`GET ${data.owner.url}`);
    return { versions: commits.data.length, login: owner.data.login };
  },
  async user(ask) {
    const { data } = await connect(ask).rest.users.getByUsername({ username: ask.username });
    return { login: data.login, id: data.id };
  },
  async anonymous(ask) {
    return { count: (await connect(ask).rest.gists.list()).data.length };
  },
  async previews(ask) {
    const { data } = await connect(ask).rest.gists.get({
      gist_id: ask.gist,
      mediaType: { previews: ["mercy", "nebula"] },
    });
    return { id: data.id };
  },
  async conditional(ask) {
    const octokit = connect(ask);
    const { headers } = await octokit.rest.gists.get({ gist_id: ask.gist });
    const again = octokit.rest.gists.get({ gist_id: ask.gist, headers: { "if-none-match": headers.etag } });
    return {
      unchanged: await again.then(
        () => false,
        ({ status }) => status === 304,
      ),
    };
  },
  async "rate-limit"(ask) {
    const { limit, remaining, used } = (await connect(ask).rest.rateLimit.get()).data.resources.core;
    return { limit, remaining, used };
  },
  "primary-limit": limited,
  "secondary-limit": limited,
  async "cached-while-limited"(ask) {
    const octokit = connect(ask);
    const answers = [];
    for (let n = 0; n < 2; n++) answers.push((await octokit.rest.gists.get({ gist_id: ask.cached })).data);
    return answers.map(({ id }) => ({ id }));
  },
  async "cached-after-limit"(ask) {
    const octokit = connect(ask);
    await octokit.rest.gists.get({ gist_id: ask.uncached }).catch(() => {});
    return { id: (await octokit.rest.gists.get({ gist_id: ask.cached })).data.id };
  },
  async wait(ask) {
    const { data } = await connect(ask, { retries: 1 }).rest.gists.get({ gist_id: ask.uncached });
    return { id: data.id };
  },
};
scenarios["not-found"] = scenarios.gist;

for await (const line of createInterface({ input: process.stdin })) {
  const ask = JSON.parse(line);
  const answer = await scenarios[ask.scenario](ask).then(
    (ok) => ({ ok }),
    (error) => {
      const { type = error.name, message, status, wait } = error;
      return { error: { type, message, status, wait } };
    },
  );
  console.log(JSON.stringify(answer));
}
// The plugins' timers do not end the process.
process.exit(0);
