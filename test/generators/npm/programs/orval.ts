import { getGist, getGistComment } from "./made";

/**
 * One gist, one of its comments, and a comment with the largest id, by the client that orval made. Its base URL is the
 * server of the document.
 */
async function main([, gist_id = "", comment = ""]: string[]) {
  const gist = await getGist(gist_id);
  const found = await getGistComment(gist_id, Number(comment));
  const missing = await getGistComment(gist_id, Number.MAX_SAFE_INTEGER);
  if (gist.status !== 200 || found.status !== 200) throw new Error(`${gist.status}, ${found.status}`);
  const { id, owner } = gist.data;
  console.log(JSON.stringify({ gist: id, owner: owner?.id, comment: found.data.id, missing: missing.status }));
}
void main(process.argv.slice(2));
