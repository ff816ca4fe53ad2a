import type { Entry } from "../model.ts";
import type { Ports } from "../ports.ts";
import { notedSize } from "./derived.ts";
import { encodingsSize } from "./encodings.ts";

/** Most forms that are kept of a body; the first one goes first. */
const maxForms = 6;

type Body = Entry["body"];

/** What a form changes in the entry that it is made of. */
export type Form = Pick<Entry, "body"> & Partial<Pick<Entry, "contentType" | "link" | "lastModified">>;

interface Made {
  etag: string;
  form: Form;
}

/** Forms by GitHub's body and their names; a form without any change has GitHub's own body. */
const kept = new WeakMap<Body, Map<string, Made>>();

/** Bytes derived from a body, for the memory limit: encodings, other forms with theirs, and a gist's list of files. */
export function derivedSize(body: Body): number {
  let size = encodingsSize(body) + notedSize(body);
  for (const { form } of kept.get(body)?.values() ?? []) {
    if (form.body !== body) size += form.body.byteLength + encodingsSize(form.body);
  }
  return size;
}

export type Forms = ReturnType<typeof createForms>;

/** Entries in other forms: made once for an entry and a form, by the first request. */
export function createForms({ store }: Pick<Ports, "store">) {
  /** By entry: a confirmed entry is another object with the same body. */
  const entries = new WeakMap<Entry, Map<string, Entry>>();

  return {
    /** Undefined if it does not exist yet. */
    at: (entry: Entry, name: string): Entry | undefined => entries.get(entry)?.get(name),

    /**
     * @param name of the form; the same form with another validator replaces it
     * @param key of the entry, which is counted with its forms
     * @param make of requests that come together the first one makes it, so it may not wait for anything
     */
    get(entry: Entry, name: string, key: string, etag: string, make: () => Form): Entry {
      const known = this.at(entry, name);
      if (known && (known === entry || known.etag === etag)) return known;
      const { body } = entry;
      const others = kept.get(body) ?? new Map<string, Made>();
      const before = others.get(name);
      const form = before?.etag === etag ? before.form : make();
      const made = form.body === body ? entry : { ...entry, ...form, etag };
      keep(others, name, { etag, form });
      kept.set(body, others);
      if (store.recount?.(key) === false) others.delete(name);
      else {
        const byName = entries.get(entry) ?? new Map<string, Entry>();
        keep(byName, name, made);
        entries.set(entry, byName);
      }
      return made;
    },
  };
}

function keep<Value>(map: Map<string, Value>, name: string, value: Value): void {
  map.set(name, value);
  if (map.size <= maxForms) return;
  const [oldest] = map.keys();
  map.delete(oldest!);
}
