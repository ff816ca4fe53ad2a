import { Hono, type Context } from "hono";
import type { AppChange, AppSettings } from "./apps.ts";
import { type EtagKind, etagKinds } from "./conditional.ts";
import type { GitHub } from "./github.ts";
import type { GistEdit } from "./data.ts";
import type { Env } from "./env.ts";
import { kinds, type Fault } from "./faults.ts";
import type { LimitChange } from "./rate-limit.ts";
import type { SecondaryRules } from "./secondary-limit.ts";

/**
 * The control of a stand-in from another process, under `/_standin/`. Bodies are JSON; answers too.
 *
 *     POST   reset                        everything back to the beginning
 *     GET    faults                       the active faults
 *     POST   faults     Fault | Fault[]   adds to the active faults
 *     DELETE faults
 *     GET    calls      ?path=&last=      the log, oldest first
 *     DELETE calls                        clears calls and counters
 *     GET    counters
 *     GET    limits
 *     POST   limits     LimitChange
 *     POST   secondary  SecondaryRules
 *     POST   etags      {kind: EtagKind}  how ETags are made
 *     POST   app        AppSettings       adds a GitHub App
 *     POST   apps       AppChange
 *     GET    minted                       tokens that were made for installations
 *     POST   refuse     {ms: number}      closes the port for so long, in real time
 *     GET    clock                        {now, iso}
 *     POST   clock      {step: ms}
 *     PATCH  gists/:id  GistEdit
 *     PUT    gists/:id  GistEdit & {login}
 *     DELETE gists/:id
 *     DELETE users/:login
 */
export function createControl(github: GitHub) {
  const done = (c: Context<Env>, found: unknown) => c.json({ ok: Boolean(found) }, found ? 200 : 404);
  const clock = () => ({ now: github.now(), iso: new Date(github.now()).toISOString() });

  return new Hono<Env>()
    .use(async (c, next) => {
      // Browsers send Origin with every request that changes something: no page drives it, of whatever site.
      if (c.req.header("origin") !== undefined && c.req.method !== "GET") return c.json({ ok: false }, 403);
      return next();
    })
    .get("/", (c) => c.json({ ok: true, ...clock(), faults: github.faults(), counters: github.counters() }))
    .post("/reset", (c) => {
      github.reset();
      return done(c, true);
    })
    .get("/faults", (c) => c.json(github.faults()))
    .post("/faults", async (c) => {
      const body = await c.req.json<Fault | Fault[]>();
      const wanted = Array.isArray(body) ? body : [body];
      if (!wanted.every((fault) => Object.hasOwn(kinds, fault.kind))) return c.json({ kinds: Object.keys(kinds) }, 422);
      for (const fault of wanted) github.fault(fault);
      return c.json(github.faults());
    })
    .delete("/faults", (c) => {
      github.fault();
      return done(c, true);
    })
    .get("/calls", (c) => {
      const calls = github.calls.filter((call) => call.path.startsWith(c.req.query("path") ?? "/"));
      return c.json(calls.slice(-Number(c.req.query("last") ?? 10_000)));
    })
    .delete("/calls", (c) => {
      github.forget();
      return done(c, true);
    })
    .get("/counters", (c) => c.json(github.counters()))
    .get("/limits", (c) => c.json(github.limits()))
    .post("/limits", async (c) => {
      github.limit(await c.req.json<LimitChange>());
      return c.json(github.limits());
    })
    .post("/secondary", async (c) => {
      github.secondary(await c.req.json<SecondaryRules>());
      return done(c, true);
    })
    .post("/etags", async (c) => {
      const { kind } = await c.req.json<{ kind: EtagKind }>();
      if (!etagKinds.includes(kind)) return c.json({ kinds: etagKinds }, 422);
      github.etags(kind);
      return done(c, true);
    })
    .post("/app", async (c) => {
      github.addApp(await c.req.json<AppSettings>());
      return done(c, true);
    })
    .post("/apps", async (c) => {
      github.apps(await c.req.json<AppChange>());
      return done(c, true);
    })
    .get("/minted", (c) => c.json(github.minted()))
    .post("/refuse", async (c) => {
      const { ms } = await c.req.json<{ ms: number }>();
      // After this response is sent.
      setTimeout(() => github.refuse(ms), 20);
      return done(c, true);
    })
    .get("/clock", (c) => c.json(clock()))
    .post("/clock", async (c) => {
      github.step((await c.req.json<{ step: number }>()).step);
      return c.json(clock());
    })
    .patch("/gists/:id", async (c) => done(c, github.edit(c.req.param("id"), await c.req.json<GistEdit>())))
    .put("/gists/:id", async (c) => {
      const { login, ...edit } = await c.req.json<GistEdit & { login: string }>();
      return done(c, github.add(login, c.req.param("id"), edit));
    })
    .delete("/gists/:id", (c) => done(c, github.remove(c.req.param("id"))))
    .delete("/users/:login", (c) => done(c, github.removeUser(c.req.param("login"))))
    .all("*", (c) => done(c, false));
}
