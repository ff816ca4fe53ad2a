/** Raised with each change of the format of stored entries: entries of another version are ignored. */
export const schemaVersion = 2;
