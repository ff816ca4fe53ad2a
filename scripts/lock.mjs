import { runAll, toText } from "./deploy/commands.mjs";
import { confirm, readOptions, yes } from "./options.mjs";

const usage = `
node scripts/lock.mjs [--pull-request [--yes]] [--dry-run]

Writes terraform/*/.terraform.lock.hcl: checksums of the providers for every platform, from the registry.
Needs terraform, and for a pull request git and gh with GH_TOKEN.
`;
const { values } = readOptions({
  usage,
  options: {
    "pull-request": { type: "boolean", default: false, description: "push a branch and open a pull request" },
    "dry-run": { type: "boolean", default: false, description: "print the commands, and run none" },
    ...yes,
  },
});

const platforms = ["linux_amd64", "linux_arm64", "darwin_amd64", "darwin_arm64", "windows_amd64"];
const roots = ["cluster", "platform"];
const files = roots.map((root) => `terraform/${root}/.terraform.lock.hcl`);
const title = "build(terraform): lock file of the providers";
const author = ["-c", "user.name=github-actions[bot]", "-c", "user.email=github-actions[bot]@users.noreply.github.com"];

const lock = roots.map((root) => ({
  command: [
    "terraform",
    `-chdir=terraform/${root}`,
    "providers",
    "lock",
    ...platforms.map((name) => `-platform=${name}`),
  ],
}));
const open = [
  ["gh", "auth", "setup-git"],
  ["git", "switch", "--create", "terraform-lock"],
  ["git", "add", ...files],
  ["git", ...author, "commit", "--message", title],
  ["git", "push", "--force", "origin", "terraform-lock"],
  ["gh", "pr", "create", "--title", title, "--body", "By .github/workflows/lock.yml.", "--head", "terraform-lock"],
].map((command) => ({ command }));
const plan = [...lock, ...(values["pull-request"] ? open : [])];

try {
  console.log(plan.map(toText).join("\n"));
  if (!values["dry-run"]) {
    if (values["pull-request"]) await confirm("Run these, and open a pull request?", values.yes);
    await runAll(plan);
  }
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
}
