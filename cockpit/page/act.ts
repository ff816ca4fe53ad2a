import { byId } from "../../functions/web/page/dom.ts";
import type { Actions } from "../model.ts";

/** Asks the server to do something; a refusal is shown. @returns whether it was done */
export async function act<Name extends keyof Actions>(name: Name, wanted: Actions[Name]): Promise<boolean> {
  const message = byId("message");
  message.textContent = "";
  try {
    const response = await fetch(`do/${name}`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(wanted),
    });
    if (response.ok) return true;
    const { message: why } = (await response.json()) as { message: string };
    message.textContent = why;
  } catch {
    message.textContent = "The cockpit does not respond.";
  }
  return false;
}
