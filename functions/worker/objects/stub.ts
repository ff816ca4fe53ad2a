/** A class of Durable Objects: https://developers.cloudflare.com/durable-objects/api/namespace/ */
interface ObjectNamespace<Stub> {
  idFromName: (name: string) => object;
  get: (id: object) => Stub;
}

/** The methods of an object from elsewhere: each is one call to it, wherever it is. */
export type StubOf<Class, Names extends keyof Class> = {
  [Name in Names]: Class[Name] extends (...values: infer Values) => infer Result
    ? (...values: Values) => Promise<Awaited<Result>>
    : never;
};

/**
 * Finds the object of a name. A stub serves one call: once it has failed it fails for ever, and it belongs to its
 * request.
 */
export function createStubs<Stub>(binding: object): (name: string) => Stub {
  const namespace = binding as ObjectNamespace<Stub>;
  return (name) => namespace.get(namespace.idFromName(name));
}
