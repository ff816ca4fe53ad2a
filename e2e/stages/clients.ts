import { serviceReady } from "../command.ts";
import { probeGateway, toProbed } from "../probe.ts";
import { serviceValues } from "../settings.ts";
import { stage } from "../stage.ts";
import { keepWarm } from "../warm.ts";
import { applyWith } from "./canary.ts";

/** Calls to GitHub that each client may cause in a minute. */
const limit = 2;
/** A list that nobody has asked for. */
const path = "/e2e-client-<number>";
/** A client that says it is another. */
const forged = { "X-Forwarded-For": "198.51.100.1, 127.0.0.6" };

export const clients = stage({
  name: "clients",
  title: "Each client has a limit of its own",
  commands: (settings) => ({
    limited: applyWith(settings, { ...serviceValues, env: { CLIENT_MISSES_PER_MINUTE: String(limit) } }),
    ready: serviceReady(settings),
    // Two pods outside the mesh: the gateway sees their addresses. From outside a cluster of Kind, all clients have one.
    first: probeGateway(settings, "outside", path),
    forging: probeGateway(settings, "outside", path, forged),
    second: probeGateway(settings, "visitor", path),
    back: applyWith(settings, serviceValues),
  }),
  run: async (context, { limited, ready, first, forging, second, back }) => {
    const { run, check, onEnd } = context;
    let number = 0;
    const ask = async ({ command: [program, ...args] }: typeof first) => {
      number++;
      const known = args.map((part) => part.replace("<number>", `${Date.now()}-${number}`));
      return toProbed(await run({ command: [program, ...known] }));
    };
    /** Asked once: whether it was the client's own limit that refused it. */
    const isLimited = async (command: typeof first) => {
      const { status, text = "", error } = await ask(command);
      const isLimit = status === 403 && text.includes("for one client");
      if (status === undefined || status >= 500 || (status === 403 && !isLimit))
        throw new Error(`neither an answer nor the limit: ${status ?? error} ${text}`);
      return isLimit;
    };

    await run(limited);
    await run(ready);
    onEnd(keepWarm(context));
    try {
      await check("a client that asks too often is limited", async () => {
        for (let asked = 0; asked < limit; asked++)
          if (await isLimited(first)) throw new Error(`after ${asked} of ${limit} calls`);
        if (!(await isLimited(first))) throw new Error("it was not");
      });
      await check("it stays limited if it says that it is another", async () => {
        if (!(await isLimited(forging))) throw new Error("it was not");
      });
      await check("another client is not", async () => {
        if (await isLimited(second)) throw new Error("it was");
      });
    } finally {
      await run(back);
      await run(ready);
    }
  },
});
