/**
 * `npm run check:charts`: what can be known of the charts without a cluster. Helm's linter; every environment's output
 * against Kubernetes' and the resources' own schemas, and that these schemas refuse what is wrong; bad values; the
 * committed manifests; what must hold of the output, whatever the templates look like.
 */
import { checkAgreement } from "./charts/agreement.mjs";
import { checkManifests } from "./charts/committed.mjs";
import { checkEnvironments } from "./charts/environments.mjs";
import { checkSchemas } from "./charts/schemas.mjs";
import { checkRefusals } from "./charts/refusals.mjs";
import { checkVariants } from "./charts/variants.mjs";
import { sumUp } from "./checks.mjs";

checkSchemas();
checkRefusals();
checkManifests();
checkEnvironments();
checkVariants();
checkAgreement();
sumUp();
