/** GitHub's other quotas: hub4j demands some of them. This service calls none of those resources. */
export const otherQuotas = [
  "search",
  "graphql",
  "integration_manifest",
  "source_import",
  "code_scanning_upload",
  "code_scanning_autofix",
  "actions_runner_registration",
  "scim",
  "dependency_snapshots",
  "dependency_sbom",
  "code_search",
  "copilot_usage_records",
] as const;
