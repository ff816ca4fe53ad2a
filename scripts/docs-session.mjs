import { writeFileSync } from "node:fs";
import { drawSession, recordSession, sessionPath } from "../docs/generate/session.ts";
import { buildIfNeeded } from "../harness/built.mjs";
import { readOptions } from "./options.mjs";

const usage = `
npm run docs:session

Records docs/images/session.svg: requests to the built server on Node, with the stand-in as GitHub.
`;
readOptions({ usage });

buildIfNeeded();
writeFileSync(new URL(`../${sessionPath}`, import.meta.url), drawSession(await recordSession()));
console.log(sessionPath);
