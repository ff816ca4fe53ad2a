export declare const oldestNode: string;
export declare function requireNode(version?: string): void;
