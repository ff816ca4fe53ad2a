import { goOn } from "./still.ts";
import "./web.ts";
import { setFlagsFromString, startupSnapshot } from "node:v8";
import { rehearse } from "./rehearse.ts";
import { main } from "./server.ts";

// The container starts from a snapshot of V8's heap: with all that is loaded, and before any setting is read.
// https://nodejs.org/api/v8.html#startup-snapshot-api
if (startupSnapshot.isBuildingSnapshot()) {
  void rehearse().then(goOn);
  // scripts/image/snapshot.mjs fixes the seed of hashes, so that the same source gives the same snapshot. Code that was
  // compiled by other flags than it is run by would be thrown away; every start has a seed of its own.
  startupSnapshot.addSerializeCallback(() => setFlagsFromString("--hash-seed=0"));
  startupSnapshot.setDeserializeMainFunction(main);
} else main();
