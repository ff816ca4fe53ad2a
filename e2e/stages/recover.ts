import { kubectl, serviceReady, up } from "../command.ts";
import { stage } from "../stage.ts";

/** What people do when something is stuck, and what a purge of Docker Desktop does. */
export const recover = stage({
  name: "recover",
  title: "A cluster that is deleted behind Terraform's back comes back",
  commands: (settings): Record<string, ReturnType<typeof kubectl>> =>
    settings.isOurs
      ? {
          uid: kubectl(settings, "get", "namespace", "kube-system", "--output=jsonpath={.metadata.uid}"),
          remove: {
            command: [
              "kind",
              "delete",
              "cluster",
              `--name=${settings.clusterName}`,
              `--kubeconfig=${settings.kubeconfig}`,
            ],
            seconds: 300,
          },
          up: up(settings),
          ready: serviceReady(settings),
        }
      : {},
  run: async ({ run, check }, { uid, remove, up, ready }) => {
    if (!uid || !remove || !up || !ready) {
      console.log("    the cluster is another's: it is not deleted");
      return;
    }
    const before = await run(uid);
    await run(remove);
    await check("the same command makes it again, with the platform", async () => {
      await run(up);
      await run(ready);
    });
    await check("it is another cluster", async () => {
      if ((await run(uid)) === before) throw new Error(before);
    });
  },
});
