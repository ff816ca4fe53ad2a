import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { buildIfNeeded, root } from "../harness/built.mjs";
import { readOptions } from "./options.mjs";

const usage = `
npm run docs [NAME ...]

Writes the generated parts of the documents: those that are named; without a name all but the
pictures.
`;

const at = (path) => join(root, path);

/** Writes a file with its generated parts replaced. */
function rewrite(path, render) {
  writeFileSync(at(path), render(readFileSync(at(path), "utf8")));
}

async function writeReadme() {
  const { readmePath, renderReadme } = await import("../docs/generate/readme.ts");
  rewrite(readmePath, renderReadme);
}

/** What each writes. Generators are loaded when they are needed: some start the service. */
const documents = {
  autoscaling: {
    title: "the results and pictures of docs/autoscaling.md, from bench/autoscale",
    async write() {
      const { autoscalingPath, names, picturePath, renderAutoscaling, run } =
        await import("../docs/generate/autoscaling.ts");
      const results = Object.fromEntries(names.map((name) => [name, run(name)]));
      for (const name of names) writeFileSync(at(picturePath(name)), results[name].picture);
      rewrite(autoscalingPath, (page) => renderAutoscaling(page, results));
    },
  },
  clients: {
    title: "the tables and examples of docs/clients.md, from the matrix and the snippets that npm test -- clients runs",
    async write() {
      const { clientsPath, renderClients } = await import("../docs/generate/clients.ts");
      rewrite(clientsPath, renderClients);
    },
  },
  faults: {
    title: "docs/faults.md, from the table that the resilience suite tests",
    async write() {
      const { renderFaults } = await import("../docs/generate/faults.ts");
      writeFileSync(at("docs/faults.md"), renderFaults());
    },
  },
  measured: {
    title: "the figures of docs/benchmarks.md, docs/capacity.md and README.md, from bench/results",
    async write() {
      const { benchmarksPath, renderBenchmarks } = await import("../docs/generate/benchmarks.ts");
      const { capacityPath, renderCapacity } = await import("../docs/generate/capacity.ts");
      rewrite(benchmarksPath, renderBenchmarks);
      rewrite(capacityPath, renderCapacity);
      await writeReadme();
    },
  },
  platform: {
    title: "the parts of docs/platform.md that come from terraform/",
    async write() {
      const { platformPath, renderPlatform } = await import("../docs/generate/platform.ts");
      writeFileSync(platformPath, renderPlatform());
    },
  },
  routes: {
    title: "docs/routes.md, from the OpenAPI document of the build",
    async write() {
      const { renderRoutes, routesPath } = await import("../docs/generate/routes.ts");
      buildIfNeeded();
      writeFileSync(routesPath, renderRoutes(JSON.parse(readFileSync(at("dist/web/openapi.json"), "utf8"))));
    },
  },
  settings: {
    title: "the settings of docs/settings.md and README.md, from functions/",
    async write() {
      const { renderSettings, settingsPath } = await import("../docs/generate/settings.ts");
      rewrite(settingsPath, renderSettings);
      await writeReadme();
    },
  },
  telemetry: {
    title: "docs/telemetry.md, from the tables in functions/core",
    async write() {
      const { renderTelemetry, telemetryPath } = await import("../docs/generate/telemetry.ts");
      writeFileSync(at(telemetryPath), renderTelemetry());
    },
  },
  dashboards: {
    title:
      "docs/images/dashboard-*.png: ten minutes of the dashboards' data, by Grafana's packages; needs Chromium, and Prometheus or MIMIR_URL",
    isPicture: true,
    async write() {
      const { minutes, pictures } = await import("../docs/generate/dashboards/pictures.ts");
      const { drawPictures } = await import("../docs/generate/dashboards/draw.mjs");
      const { recordNative, recordPanels } = await import("./observe/record.mjs");
      const { grafanaPackages } = await import("./grafana-packages.mjs");
      const mimir = process.env.MIMIR_URL;
      const record = () => (mimir ? recordPanels(pictures, { mimir, minutes }) : recordNative(pictures, minutes));
      await drawPictures(grafanaPackages(), record);
    },
  },
  recording: {
    title: "docs/images/cockpit.webp and cockpit.png: the demo's cockpit while GitHub breaks; needs Chromium",
    isPicture: true,
    async write() {
      const { recordCockpit } = await import("../docs/generate/recording.mjs");
      buildIfNeeded();
      await recordCockpit();
    },
  },
  session: {
    title: "docs/images/session.svg: requests to the built server",
    isPicture: true,
    async write() {
      const { drawSession, recordSession, sessionPath } = await import("../docs/generate/session.ts");
      buildIfNeeded();
      writeFileSync(at(sessionPath), drawSession(await recordSession()));
    },
  },
  screenshots: {
    title: "docs/images, of the built explorer; needs Chromium (CHROMIUM_PATH)",
    isPicture: true,
    async write() {
      const { takeScreenshots } = await import("../docs/generate/screenshots.mjs");
      await takeScreenshots();
    },
  },
  tour: {
    title: "the pictures of docs/tour.md, which its commands make in a fresh clone; needs Chromium",
    isPicture: true,
    async write() {
      const { runVitest } = await import("./vitest.mjs");
      if (runVitest("clone", ["tour"], { TOUR_PICTURES: "1" }).failed > 0) process.exit(1);
    },
  },
};

const titles = Object.fromEntries(Object.entries(documents).map(([name, { title }]) => [name, title]));
const { positionals } = readOptions({ usage, positionals: titles });
for (const [name, { title, isPicture, write }] of Object.entries(documents)) {
  if (positionals.length > 0 ? !positionals.includes(name) : isPicture) continue;
  await write();
  console.log(title);
}
