/**
 * A key as unstorage leaves it alone: it cuts keys at `?`, makes `:` of slashes and of several colons, and
 * refuses dot segments, so that distinct keys would meet. Keys of cache/key.ts come out nearly as they are.
 */
export function toItemKey(key: string): string {
  return key.replace(/[%?/\\:.]/g, (character) => `%${character.charCodeAt(0).toString(16)}`);
}
