import { again } from "./stages/again.ts";
import { apply, authority } from "./stages/apply.ts";
import { canary } from "./stages/canary.ts";
import { clients } from "./stages/clients.ts";
import { contract } from "./stages/contract.ts";
import { destroy } from "./stages/destroy.ts";
import { drain } from "./stages/drain.ts";
import { edge } from "./stages/edge.ts";
import { egress } from "./stages/egress.ts";
import { follow } from "./stages/follow.ts";
import { recover } from "./stages/recover.ts";
import { nodes } from "./stages/nodes.ts";
import { pictures } from "./stages/pictures.ts";
import { reach } from "./stages/reach.ts";
import { scale } from "./stages/scale.ts";
import { standIn } from "./stages/stand-in.ts";
import { tools } from "./stages/tools.ts";
import type { Stage } from "./stage.ts";

/** In the order in which they run. */
export const stages: readonly Stage[] = [
  tools,
  apply,
  authority,
  standIn,
  contract,
  scale,
  reach,
  edge,
  egress,
  drain,
  nodes,
  canary,
  clients,
  follow,
  pictures,
  again,
  recover,
  destroy,
];
