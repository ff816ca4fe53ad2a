/** The part of workerd's own module that is used: https://developers.cloudflare.com/workers/runtime-apis/context/#waituntil */
declare module "cloudflare:workers" {
  export function waitUntil(work: Promise<unknown>): void;
}
