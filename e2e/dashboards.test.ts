import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { chromium } from "../harness/chromium.mjs";
import { type Dashboard, dashboards, openBrowser, takePicture } from "./dashboards.ts";
import { pictures } from "./stages/pictures.ts";
import { fakeSettings, runStage } from "./support/fake.ts";

const dashboard: Dashboard = {
  uid: "one",
  panels: [
    { type: "row", title: "Row", gridPos: { y: 0, h: 1 } },
    { type: "stat", title: "How many?", gridPos: { y: 1, h: 8 } },
    { type: "table", title: "Which?", gridPos: { y: 1, h: 8 } },
  ],
};

/** A page with panels as Grafana names them. */
async function startGrafana(titles: readonly string[], more = "") {
  const asked: string[] = [];
  const server = createServer(({ url, headers }, response) => {
    if (url?.startsWith("/d/")) asked.push(`${headers.authorization} ${url}`);
    const sections = titles.map((title) => `<section data-testid="data-testid Panel header ${title}">1</section>`);
    response.setHeader("content-type", "text/html").end(`<body>${sections.join("")}${more}</body>`);
  });
  await new Promise<void>((resolve) => {
    server.listen(0, "127.0.0.1", resolve);
  });
  const folder = mkdtempSync(join(tmpdir(), "edge-gists-pictures-"));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
    rmSync(folder, { recursive: true });
  });
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return { grafana: { url, user: "admin", password: "p", folder }, asked };
}

describe.runIf(chromium())("a picture of a dashboard", () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = (await openBrowser())!;
  });
  afterAll(() => browser.close());

  test("is taken of all panels, with a login", async () => {
    const { grafana, asked } = await startGrafana(["How many?", "Which?"]);
    await expect(takePicture(browser, grafana, dashboard)).resolves.toBe("2 panels");
    expect(asked).toEqual(["Basic YWRtaW46cA== /d/one?kiosk&from=now-30m&to=now"]);
    expect(existsSync(join(grafana.folder, "one.png"))).toBe(true);
  });

  test("names a panel that is not there", async () => {
    const { grafana } = await startGrafana(["How many?"]);
    await expect(takePicture(browser, grafana, dashboard)).rejects.toThrow("not there: Which?");
  });

  test("finds a panel with an error, and keeps the picture", async () => {
    const status = '<button data-testid="data-testid Panel status error">!</button>';
    const { grafana } = await startGrafana(["How many?", "Which?"], status);
    await expect(takePicture(browser, grafana, dashboard)).rejects.toThrow("1 panels show an error: one.png");
    expect(existsSync(join(grafana.folder, "one.png"))).toBe(true);
  });
});

test("each dashboard of the chart has panels", () => {
  expect(dashboards.length).toBeGreaterThan(4);
  for (const { panels } of dashboards) expect(panels.length).toBeGreaterThan(1);
});

test("without Grafana there is nothing to check", async () => {
  const { settings, remove } = fakeSettings();
  onTestFinished(remove);
  const { passed, failed, figures } = await runStage(pictures, settings, [
    [/get deployments/, "deployment.apps/alloy\n"],
  ]);
  expect([passed, failed, figures]).toEqual([[], {}, { "pictures of dashboards": 0 }]);
});
