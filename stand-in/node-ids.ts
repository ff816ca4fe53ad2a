import { Buffer } from "node:buffer";

/*
 * GitHub's global node ids. The old form is base64 of "04:User583231"; the new one is a prefix and
 * base64url of a MessagePack array, as the ids in GitHub's own examples show
 * (https://docs.github.com/graphql/guides/migrating-graphql-global-node-ids).
 */

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(5);
  bytes[0] = 0xce;
  bytes.writeUInt32BE(value, 1);
  return bytes;
}

function text(value: string): Buffer {
  const head = value.length < 32 ? [0xa0 | value.length] : [0xda, value.length >> 8, value.length & 255];
  return Buffer.concat([Buffer.from(head), Buffer.from(value)]);
}

function packed(prefix: string, ...parts: Buffer[]): string {
  const head = Buffer.from([0x90 | (parts.length + 1), 0]);
  return prefix + Buffer.concat([head, ...parts]).toString("base64url");
}

/** `MDQ6VXNlcjU4MzIzMQ==` for accounts made before 2022, `U_kgDO…` for later ones. */
export function userNodeId(id: number): string {
  return id < 90_000_000 ? Buffer.from(`04:User${id}`).toString("base64") : packed("U_", uint32(id));
}

/** `G_kwDO…` */
export function gistNodeId(owner: number, id: string): string {
  return packed("G_", uint32(owner), text(id));
}

/** `GC_lADO…` */
export function commentNodeId(owner: number, gist: string, id: number): string {
  return packed("GC_", uint32(owner), text(gist), uint32(id));
}
