export declare const root: string;
export declare function build(): boolean;
export declare function buildIfNeeded(): void;
export declare function containerStart(): { args: string[]; env: Record<string, string> };
