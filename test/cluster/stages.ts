import { again } from "./stages/again.ts";
import { apply, authority } from "./stages/apply.ts";
import { destroy } from "./stages/destroy.ts";
import { scale } from "./stages/scale.ts";
import { tools } from "./stages/tools.ts";
import type { Stage } from "./stage.ts";

/** In the order in which they run. */
export const stages: readonly Stage[] = [tools, apply, authority, scale, again, destroy];
