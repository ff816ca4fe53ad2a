import { Octokit } from "@octokit/rest";

const octokit = new Octokit({ baseUrl: process.env.EDGE_GISTS ?? "http://localhost:8080" });
const gists = await octokit.paginate(octokit.rest.gists.listForUser, { username: "octocat" });
console.log(gists.length);
