import { afterAll } from "vitest";
import { type OwnService, useService } from "../../contract/support/service.ts";
import type { Env } from "../../../harness/target.ts";
import { type Receiver, startReceiver } from "./receiver.ts";

/** How long spans wait for export, in milliseconds. */
export const scheduleDelay = 50;

/** An instance that exports its traces to a receiver of its own. */
export async function useTraced(env: Env = {}): Promise<{ service: OwnService; receiver: Receiver }> {
  const receiver = await startReceiver();
  const service = useService({
    OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url,
    OTEL_BSP_SCHEDULE_DELAY: String(scheduleDelay),
    ...env,
  });
  afterAll(() => receiver.close());
  return { service, receiver };
}
