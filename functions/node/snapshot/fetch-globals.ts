import { fetch, FormData, Headers, Request, Response } from "undici";

// Node brings the same undici, but loads it at the first use of one of these, in 20 ms; a startup snapshot cannot hold
// that one and can hold this one. It must come before what looks at the globals.
Object.assign(globalThis, { fetch, FormData, Headers, Request, Response });
