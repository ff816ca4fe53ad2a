import { once } from "node:events";
import { connect } from "node:net";
import { stage } from "../stage.ts";

/** Sources of missing programs. */
const homes: Record<string, string> = {
  docker: "https://docs.docker.com/get-docker/",
  kind: "https://kind.sigs.k8s.io/docs/user/quick-start/#installation",
  kubectl: "https://kubernetes.io/docs/tasks/tools/",
  terraform: "https://developer.hashicorp.com/terraform/install",
};

/** True if a program listens. */
async function isTaken(host: string, port: number): Promise<boolean> {
  const socket = connect(port, host);
  try {
    await once(socket, "connect", { signal: AbortSignal.timeout(2000) });
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}

export const tools = stage({
  name: "tools",
  title: "What it needs is there",
  kind: "gate",
  commands: ({ isOurs }) => ({
    ...(isOurs && {
      docker: { command: ["docker", "info", "--format", "{{.ServerVersion}}"] as [string, ...string[]] },
      kind: { command: ["kind", "version"] as [string, ...string[]] },
      clusters: { command: ["kind", "get", "clusters"] as [string, ...string[]] },
    }),
    kubectl: { command: ["kubectl", "version", "--client"] as [string, ...string[]] },
    terraform: { command: ["terraform", "version"] as [string, ...string[]] },
  }),
  run: async ({ attempt, settings }, { clusters, ...programs }) => {
    const missing: string[] = [];
    for (const [name, command] of Object.entries(programs)) {
      const { status, stdout, stderr } = await attempt(command);
      if (status === 0) console.log(`    ${name}: ${stdout.trim().split("\n")[0]}`);
      else missing.push(`${name}, ${stderr.trim().split("\n").at(-1)} (${homes[name]})`);
    }
    if (
      missing.length === 0 &&
      clusters &&
      !(await attempt(clusters)).stdout.split("\n").includes(settings.clusterName)
    ) {
      const { host, http, https } = settings.gateway;
      for (const [name, port] of Object.entries({ http_port: http, https_port: https }))
        if (await isTaken(host, port)) throw new Error(`port ${port} is taken: another goes into TF_VAR_${name}`);
    }
    if (missing.length > 0) throw new Error(`a cluster needs:\n${missing.map((line) => `  ${line}`).join("\n")}`);
  },
});
