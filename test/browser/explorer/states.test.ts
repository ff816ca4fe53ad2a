import { describe, expect, test } from "vitest";
import { createClient } from "../../../stand-in/client.ts";
import { instance } from "../../targets/instance.ts";
import { useExplorer, useOwnService, useVisits } from "./support.ts";

const refused = /^(?:error: Failed to load resource|\d{3}: )/;

describe("without content", () => {
  const visit = useVisits(() => instance.base);

  test.each([
    ["/?user=empty-handed", "Nothing here yet", undefined],
    ["/?user=hubot&page=40", "Past the last page", undefined],
    ["/?user=nobody-of-that-name", "No such user", "404 · Not Found"],
    ["/?gist=00000000000000000000", "No such gist", "404 · Not Found"],
    ["/?user=hubot&page=x", "Invalid request", "422 · Validation Failed"],
    ["/?user=a%20b", "No such user", "404 · Not Found"],
    ["/?gist=not-an-id", "No such gist", "404 · Not Found"],
  ])("%s is: %s", async (path, heading, fine) => {
    const { page, quiet } = await visit(path);
    expect(await page.getByRole("heading", { level: 1 }).textContent()).toBe(heading);
    if (fine !== undefined) expect(await page.locator(".state .fine").textContent()).toBe(fine);
    await quiet(fine === undefined ? undefined : refused);
  });

  test("an invalid parameter is named with its reason", async () => {
    const { page } = await visit("/?user=hubot&page=x");
    expect(await page.locator(".reasons li").textContent()).toBe(
      "page Must be given once, as an integer up to 1000000",
    );
  });

  test("the ways on from there work", async () => {
    const { page, settled } = await visit("/?user=hubot&page=40");
    await page.getByRole("link", { name: "To the first page" }).click();
    await settled();
    expect(await page.locator(".card").count()).toBeGreaterThan(0);
  });
});

describe("while GitHub limits", () => {
  const service = useOwnService({
    CACHE_TTL_SECONDS: "1",
    CACHE_STALE_WHILE_REVALIDATE_SECONDS: "0",
    UPSTREAM_RETRIES: "0",
  });
  const open = useExplorer(service.url);
  const github = () => createClient(service.github());

  test("a stale response is shown, and for a new resource the limit is counted down until the page retries", async () => {
    const { page, go, badge } = await open("/?user=hubot");
    expect(await badge()).toBe("Miss");
    await page.waitForTimeout(1200);
    await github().fault({ kind: "primary", status: 403, resetIn: 4 });
    await page.getByRole("button", { name: "Ask again" }).click();
    await page.locator("#receipt .badge.bridged").waitFor();
    expect(await page.locator("#receipt .sentence").textContent()).toBe(
      "GitHub's limit is reached. Its last response is shown instead.",
    );
    expect(await page.locator(".card").count()).toBe(8);
    expect(await page.locator(".meter.age").getAttribute("aria-valuetext")).toContain("past its time");
    expect(await page.locator(".meter.budget").getAttribute("aria-valuetext")).toBe("Nothing left");

    await go("/?user=mona_acme");
    expect(await page.getByRole("heading", { level: 1 }).textContent()).toBe("GitHub's limit is reached");
    const timer = page.getByRole("timer");
    expect(await timer.textContent()).toMatch(/^The page retries in 0:0\d$/);
    await github().fault();
    await page.locator(".card").first().waitFor({ timeout: 15_000 });
  });
});

describe("while GitHub fails", () => {
  const service = useOwnService({ UPSTREAM_RETRIES: "0" });
  const open = useExplorer(service.url);
  const github = () => createClient(service.github());

  test("a failure without anything stored says so, and is tried again by hand", async () => {
    await github().fault({ kind: "status", status: 502, times: 1, path: "/users/legacy-" });
    const { page } = await open("/?user=legacy-");
    expect(await page.getByRole("heading", { level: 1 }).textContent()).toBe("GitHub could not be reached");
    expect(await page.locator("#receipt .badge").textContent()).toBe("No response");
    await page.getByRole("button", { name: "Try again" }).click();
    await page.locator(".card").first().waitFor();
  });
});

describe("without a network", () => {
  const open = useExplorer(() => instance.base);

  test("says so, and asks again by itself when it is back", async () => {
    const { page, settled } = await open("/");
    await page.context().setOffline(true);
    await page.getByRole("link", { name: /^octocat/ }).click();
    await settled();
    expect(await page.getByRole("heading", { level: 1 }).textContent()).toBe("You are offline");
    expect(await page.locator("#receipt").isVisible()).toBe(false);
    await page.context().setOffline(false);
    await page.locator(".card").first().waitFor();
  });

  test("shows the browser's own copy, marked as such", async () => {
    const { page: first } = await open("/");
    // Watching requests turns the browser's cache off: a page that is not watched has one.
    const context = await (
      first.context().browser() as NonNullable<ReturnType<ReturnType<typeof first.context>["browser"]>>
    ).newContext();
    const page = await context.newPage();
    await page.goto(`${instance.base}/?user=hubot`);
    await page.locator(".card").first().waitFor();
    await context.setOffline(true);
    await page.getByRole("button", { name: "Ask again" }).click();
    await page.locator("#receipt .badge", { hasText: "Offline" }).waitFor();
    expect(await page.locator(".card").count()).toBeGreaterThan(7);
    await context.close();
  });
});

describe("while one waits", () => {
  const service = useOwnService();
  const open = useExplorer(service.url);

  test("shows that it waits, and only the last that was asked for", async () => {
    await createClient(service.github()).fault({ kind: "latency", ms: 1500, path: "/users/octocat" });
    const { page, settled } = await open("/");
    await page.getByRole("link", { name: /^octocat/ }).click();
    await page.locator(".loading").waitFor();
    expect(await page.locator("#view").getAttribute("aria-busy")).toBe("true");
    await page.getByRole("textbox").fill("hubot");
    await page.keyboard.press("Enter");
    await settled();
    await page.waitForTimeout(1700);
    expect(await page.getByRole("heading", { level: 1 }).textContent()).toContain("hubot");
  });
});
