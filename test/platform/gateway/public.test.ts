import { afterAll, inject, test } from "vitest";
import { createClient } from "../../../e2e/client.ts";
import { publicChecks } from "../../../e2e/stages/edge.ts";

const { ca, ...settings } = inject("gateway");
const client = createClient(settings, ca);
afterAll(client.close);

for (const { name, body } of publicChecks(settings, client)) test(name, async () => void (await body()));
