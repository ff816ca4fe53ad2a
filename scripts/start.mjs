import { buildIfNeeded } from "../harness/built.mjs";
import { readOptions } from "./options.mjs";

const usage = `
npm start

Builds if needed, and serves on PORT (8080). docs/settings.md lists the settings, all in the environment.
`;
readOptions({ usage });

buildIfNeeded();
await import("../dist/node/server.js");
