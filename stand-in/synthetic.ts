import { createGist, type Gist } from "./gists.ts";
import type { Person } from "./people.ts";

/*
 * Users without number, for soaks: `synthetic-0` to `synthetic-999999999`, with 1 to 5 gists each, made when asked for.
 * Switched on by an option; otherwise any unknown name is 404.
 */

const firstId = 2_000_000_000;
const born = Date.UTC(2026, 8, 1);

/** The user of that login, if it is one of these. */
export function syntheticPerson(login: string): Person | undefined {
  const match = /^synthetic-(0|[1-9]\d{0,8})$/i.exec(login);
  return match ? person(Number(match[1])) : undefined;
}

/** The user with that number, if it is one of these. */
export function syntheticPersonById(id: number): Person | undefined {
  return id >= firstId && id < firstId + 1_000_000_000 ? person(id - firstId) : undefined;
}

/** The gists of one of these users; none of another. */
export function syntheticGists(owner: Person): Gist[] {
  if (owner.id < firstId) return [];
  return Array.from({ length: 1 + (owner.id % 5) }, (_, n) => gist(owner, n));
}

/** The gist of that id, if it is of one of these users. */
export function syntheticGist(id: string): Gist | undefined {
  const match = /^5eed(\d{10})0{17}([0-4])$/.exec(id);
  const owner = match && syntheticPersonById(Number(match[1]));
  return owner && Number(match[2]) <= owner.id % 5 ? gist(owner, Number(match[2])) : undefined;
}

function person(n: number): Person {
  return { id: firstId + n, login: `synthetic-${n}`, type: "User", name: null };
}

function gist(owner: Person, n: number): Gist {
  return createGist({ id: `5eed${owner.id}${"0".repeat(17)}${n}`, owner, createdAt: born - n * 3_600_000 });
}
