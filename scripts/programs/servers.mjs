/** Ports that can be chosen, as `npm run demo` and `npm run dev` use them; the cockpit is the demo's only. */
export function readPorts(env) {
  return {
    github: Number(env.GITHUB_PORT || 8081),
    cockpit: Number(env.COCKPIT_PORT || 8082),
    node: Number(env.PORT || 8080),
    worker: Number(env.WORKER_PORT || 8787),
  };
}

/** The settings of a service whose GitHub is the stand-in, and the program that plays it. */
export function standIn(port) {
  const url = `http://127.0.0.1:${port}`;
  return {
    url,
    settings: { GITHUB_API_URL: url, GITHUB_RAW_URL: url, GITHUB_TOKEN: "good-demo" },
    program: {
      name: "The GitHub stand-in",
      script: "stand-in/main.ts",
      env: { PORT: String(port) },
      portSetting: "GITHUB_PORT",
    },
  };
}

const levels = ["debug", "info", "warn", "error", "silent"];

/** The Node server, of dist/ or another build. Its `listening` is needed, and LOG_LEVEL may leave that out. */
export function nodeServer({ port, settings = {}, folder = "dist", onLine, ...rest }) {
  const wanted = levels.indexOf(settings.LOG_LEVEL ?? process.env.LOG_LEVEL);
  const isQuiet = wanted > levels.indexOf("info");
  const isWanted = (line) => !levels.slice(0, wanted).some((level) => line.includes(`"level":"${level}"`));
  return {
    name: "The Node server",
    script: `${folder}/node/server.js`,
    env: { ...settings, PORT: String(port), ...(isQuiet && { LOG_LEVEL: "info" }) },
    onLine: isQuiet ? (line) => isWanted(line) && onLine(line) : onLine,
    ...rest,
  };
}

/** The Worker in workerd, of dist/ or another build. */
export function worker({ port, settings, folder, inspectorPort, ...rest }) {
  return {
    name: "The Worker",
    script: "scripts/programs/worker.mjs",
    env: {
      PORT: String(port),
      BINDINGS: JSON.stringify(settings),
      ...(folder && { FOLDER: folder }),
      ...(inspectorPort && { INSPECTOR_PORT: String(inspectorPort) }),
    },
    portSetting: "WORKER_PORT",
    ...rest,
  };
}

/** The page that breaks the stand-in and sends clients to both servers; options as in cockpit/cockpit.ts. */
export function cockpit({ port, options }) {
  return {
    name: "The cockpit",
    script: "cockpit/main.ts",
    env: { PORT: String(port), COCKPIT: JSON.stringify(options) },
    portSetting: "COCKPIT_PORT",
  };
}
