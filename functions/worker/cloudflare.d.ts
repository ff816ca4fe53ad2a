/** The part of workerd's own module that is used: https://developers.cloudflare.com/workers/runtime-apis/ */
declare module "cloudflare:workers" {
  export function waitUntil(work: Promise<unknown>): void;

  /** https://developers.cloudflare.com/durable-objects/api/state/ */
  export interface DurableObjectState {
    readonly id: { toString(): string };
    /** Runs before any other call of the object. */
    blockConcurrencyWhile<T>(work: () => Promise<T>): Promise<T>;
    readonly storage: {
      /** Of objects with SQLite; without promises. */
      readonly kv: {
        get<T>(key: string): T | undefined;
        put<T>(key: string, value: T): void;
      };
      deleteAll(): Promise<void>;
    };
  }

  /** https://developers.cloudflare.com/durable-objects/api/base/ */
  export abstract class DurableObject<Env = unknown> {
    protected ctx: DurableObjectState;
    protected env: Env;
    constructor(ctx: DurableObjectState, env: Env);
  }
}
