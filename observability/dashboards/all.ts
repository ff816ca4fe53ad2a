import { autoscaling } from "./autoscaling.ts";
import { experience } from "./experience.ts";
import { logs } from "./logs.ts";
import { mesh } from "./mesh.ts";
import { service } from "./service.ts";

/** Every dashboard, in the order in which one looks at them. */
export const dashboards = [service, autoscaling, mesh, experience, logs];
