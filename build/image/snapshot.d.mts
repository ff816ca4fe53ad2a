export function buildSnapshot(folder: string): string[];
