import { instance } from "../../targets/instance.ts";
import { toService } from "./service.ts";

/** The instance that the files of a vitest worker share, with its defaults and a good token: for tests that ask for keys of their own. */
export const shared = toService(
  () => instance.base,
  () => instance.github,
);
