/**
 * A key in which unstorage changes nothing: it cuts keys at `?`, replaces slashes and several colons by `:`, and refuses
 * dot segments, so that different keys could become one. Keys of cache/key.ts stay nearly as they are.
 */
export function toItemKey(key: string): string {
  return key.replace(/[%?/\\:.]/g, (character) => `%${character.charCodeAt(0).toString(16)}`);
}

/** The key that an item key was made of. */
export const toKey = (item: string): string => decodeURIComponent(item);
