import { join } from "node:path";
import { kubectl } from "../command.ts";
import { dashboards, openBrowser, takePicture } from "../dashboards.ts";
import { forward } from "../port-forward.ts";
import { stage } from "../stage.ts";

export const pictures = stage({
  name: "pictures",
  title: "Grafana shows each dashboard without an error",
  commands: (settings) => ({
    there: kubectl(settings, "get", "deployments", "--namespace=observability", "--output=name"),
    login: {
      ...kubectl(settings, "get", "secret", "grafana-admin", "--namespace=observability", "--output=json"),
      isSecret: true,
    },
  }),
  run: async ({ settings, run, check, figure, onEnd }, { there, login }) => {
    const browser = (await run(there)).includes("deployment.apps/grafana") ? await openBrowser() : undefined;
    if (!browser) {
      figure("pictures of dashboards", 0);
      return;
    }
    onEnd(() => browser.close());
    const { data } = JSON.parse(await run(login)) as { data: Record<"admin-user" | "admin-password", string> };
    const decoded = (name: keyof typeof data) => Buffer.from(data[name], "base64").toString();
    const { url, stop } = await forward(settings, "observability", "svc/grafana", 80);
    onEnd(stop);
    const grafana = {
      url,
      user: decoded("admin-user"),
      password: decoded("admin-password"),
      folder: join(settings.folder, "dashboards"),
    };
    let taken = 0;
    for (const dashboard of dashboards)
      if (await check(`${dashboard.uid}: each panel`, () => takePicture(browser, grafana, dashboard))) taken++;
    figure("pictures of dashboards", taken);
  },
});
