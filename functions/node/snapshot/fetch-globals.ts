import { fetch, FormData, Headers, Request, Response } from "undici";

// Node contains the same undici, but loads it at the first use of one of these, in 20 ms. A startup snapshot cannot
// contain Node's, and can contain this one. It must come before any module that reads the globals.
Object.assign(globalThis, { fetch, FormData, Headers, Request, Response });
