import { sumUp } from "./checks.mjs";
import { readOptions } from "./options.mjs";

const usage = `
npm run check:charts

Checks the charts without a cluster: Helm's linter; the output for each environment against the
schemas of Kubernetes and of the resources, and that these schemas refuse what is wrong; bad
values; the committed manifests; what must hold of the output, whatever the templates look like.
`;
readOptions({ usage });

// Loaded only now: to load them renders every chart.
const { checkAgreement } = await import("./charts/agreement.mjs");
const { checkManifests } = await import("./charts/committed.mjs");
const { checkEnvironments } = await import("./charts/environments.mjs");
const { checkSchemas } = await import("./charts/schemas.mjs");
const { checkRefusals } = await import("./charts/refusals.mjs");
const { checkVariants } = await import("./charts/variants.mjs");

checkSchemas();
checkRefusals();
checkManifests();
checkEnvironments();
checkVariants();
checkAgreement();
sumUp();
