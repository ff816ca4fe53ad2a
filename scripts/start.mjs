/** `npm start`: builds where needed and serves the real thing on PORT (8080). */
import { buildIfNeeded } from "./built.mjs";

buildIfNeeded();
await import("../dist/node/server.js");
