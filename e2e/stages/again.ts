import { terraform } from "../command.ts";
import { stage } from "../stage.ts";

export const again = stage({
  name: "again",
  title: "A second apply changes nothing",
  commands: (settings) => ({ plan: terraform(settings, "platform", "plan", "-detailed-exitcode") }),
  run: async ({ attempt, check }, { plan }) => {
    await check("the plan is empty", async () => {
      const { status, stdout, stderr } = await attempt(plan);
      if (status !== 0) throw new Error(`terraform plan -detailed-exitcode ended with ${status}\n${stdout}${stderr}`);
    });
  },
});
