import { Buffer } from "node:buffer";
import { createComments, createGist, type Gist } from "./gists.ts";
import { createOctocatGists, notable } from "./octocat.ts";
import { binaryFile, textFile } from "./files.ts";
import { syntheticGist, syntheticGists, syntheticPerson, syntheticPersonById } from "./synthetic.ts";
import { forkers, people, type Person } from "./people.ts";
import { hex } from "./seeded.ts";

const hour = 3_600_000;

/** The changes of an edit; `updated_at` defaults to the time of the edit, unless there is only another comment. */
export type GistEdit = {
  description?: string | null;
  /** RFC 3339. */
  updated_at?: string;
  public?: boolean;
  /** File name -> new text, new bytes in base64, or null to take the file away. */
  files?: Record<string, string | { base64: string } | null>;
  /** Text of a further comment: it changes the gist's body, which counts comments, and not its dates. */
  comment?: string;
};

/** The users and gists. Reads include the edits so far. */
export type Data = {
  person(login: string): Person | undefined;
  personById(id: number): Person | undefined;
  gist(id: string): Gist | undefined;
  /** A user's public gists, newest first; with `secret` the secret ones as well. */
  gistsOf(person: Person, secret?: boolean): Gist[];
  /** The public gists of all users, last updated first. */
  publicGists(): Gist[];
  forksOf(gist: Gist): Gist[];
  edit(id: string, edit: GistEdit, now: number): Gist | undefined;
  add(login: string, id: string, edit: GistEdit, now: number): Gist | undefined;
  remove(id: string): boolean;
  removeUser(login: string): boolean;
  reset(): void;
};

let original: readonly Gist[] | undefined;

/** Data with the same initial state every time; with `synthetic` there are also countless generated users. */
export function createData(synthetic = false): Data {
  original ??= createGists();
  const base = original;
  const gists = new Map<string, Gist>();
  const persons = new Map<string, Person>();
  let sorted: Gist[] | undefined;
  let owned: Map<number, Gist[]> | undefined;

  function forgetOrder(): void {
    sorted = undefined;
    owned = undefined;
  }
  function reset(): void {
    gists.clear();
    persons.clear();
    forgetOrder();
    for (const gist of base) gists.set(gist.id, gist);
    for (const person of people) persons.set(person.login.toLowerCase(), person);
  }
  function put(gist: Gist): Gist {
    gists.set(gist.id, gist);
    forgetOrder();
    return gist;
  }
  function remove(id: string): boolean {
    forgetOrder();
    return gists.delete(id.toLowerCase());
  }
  function gistsOf(person: Person, secret = false): Gist[] {
    owned ??= Map.groupBy(
      [...gists.values()].sort((a, b) => b.createdAt - a.createdAt || (a.id < b.id ? -1 : 1)),
      (gist) => gist.owner.id,
    );
    return (owned.get(person.id) ?? syntheticGists(person)).filter((gist) => gist.public || secret);
  }
  reset();

  return {
    person: (login) => persons.get(login.toLowerCase()) ?? (synthetic ? syntheticPerson(login) : undefined),
    personById: (id) =>
      [...persons.values()].find((person) => person.id === id) ?? (synthetic ? syntheticPersonById(id) : undefined),
    gist: (id) => gists.get(id.toLowerCase()) ?? (synthetic ? syntheticGist(id) : undefined),
    gistsOf,
    publicGists: () =>
      (sorted ??= [...gists.values()]
        .filter((gist) => gist.public)
        .sort((a, b) => b.updatedAt - a.updatedAt || (a.id < b.id ? -1 : 1))),
    forksOf: (gist) => [...gists.values()].filter((fork) => fork.forkOf === gist.id && fork.public),
    edit(id, edit, now) {
      const gist = gists.get(id.toLowerCase());
      return gist && put(edited(gist, edit, now));
    },
    add(login, id, edit, now) {
      const owner = persons.get(login.toLowerCase());
      if (!owner) return undefined;
      return put(
        edited(createGist({ id: id.toLowerCase(), owner, createdAt: now, updatedAt: now, revisions: 1 }), edit, now),
      );
    },
    remove,
    removeUser(login) {
      const person = persons.get(login.toLowerCase());
      if (!person) return false;
      for (const gist of gistsOf(person, true)) remove(gist.id);
      return persons.delete(login.toLowerCase());
    },
    reset,
  };
}

/** The gist after an edit: a new revision where files changed, as on GitHub. */
function edited(gist: Gist, edit: GistEdit, now: number): Gist {
  const changes = edit.files ?? {};
  const kept = gist.files.filter((file) => !Object.hasOwn(changes, file.filename));
  const added = Object.entries(changes).flatMap(([name, content]) => {
    if (content === null) return [];
    return typeof content === "string"
      ? [textFile(name, content)]
      : [binaryFile(name, Buffer.from(content.base64, "base64"))];
  });
  const { comment, ...dated } = edit;
  const updatedAt =
    edit.updated_at !== undefined
      ? Date.parse(edit.updated_at)
      : comment === undefined || Object.keys(dated).length > 0
        ? now
        : gist.updatedAt;
  const version = hex(`${gist.id} revision ${gist.revisions.length + 1}`, 40);
  const revision = {
    version,
    committedAt: updatedAt,
    change: { total: 2, additions: 1, deletions: 1 },
  };
  const [newest, ...older] = gist.revisions;
  return {
    ...gist,
    description: edit.description === undefined ? gist.description : edit.description,
    public: edit.public ?? gist.public,
    updatedAt,
    files: [...kept, ...added],
    comments:
      comment === undefined
        ? gist.comments
        : [...gist.comments, { id: 9_000_001 + gist.comments.length, author: gist.owner, body: comment, at: now }],
    revisions: edit.files && newest ? [revision, { ...newest, files: gist.files }, ...older] : gist.revisions,
  };
}

function createGists(): Gist[] {
  const find = (login: string) => people.find((person) => person.login === login) as Person;
  const [octocat, hubot, torvalds, mona] = ["octocat", "hubot", "Torvalds-Test", "mona_acme"].map(find) as [
    Person,
    Person,
    Person,
    Person,
  ];
  const start = Date.UTC(2026, 9, 1);
  const some = (owner: Person, count: number) =>
    Array.from({ length: count }, (_, n) =>
      createGist({ id: hex(`${owner.login} ${n}`, 32), owner, createdAt: start - n * 9 * hour }),
    );
  const forks = [hubot, torvalds, ...forkers].map((owner, n) =>
    createGist({
      id: hex(`fork by ${owner.login}`, 32),
      owner,
      createdAt: start + n * hour,
      description: "Hello world!",
      files: [textFile("hello_world.rb", `# forked by ${owner.login}\nclass HelloWorld\nend\n`)],
      comments: createComments(notable.forked, n % 3, 7_000_001 + n * 10, [octocat], start),
      forkOf: notable.forked,
    }),
  );
  return [
    ...createOctocatGists(octocat, [hubot, torvalds, mona]),
    ...forks,
    ...some(hubot, 7),
    ...some(torvalds, 33),
    ...some(mona, 5),
    ...some(find("old--timer"), 3),
    ...some(find("legacy-"), 2),
    ...some(find("-Jerry-"), 2),
    ...some(find("prolific"), 3_050),
  ];
}
