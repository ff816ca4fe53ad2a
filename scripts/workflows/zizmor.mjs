import { pypi } from "../../test/platform/support/pypi.mjs";

/** Path of zizmor (https://docs.zizmor.sh), installed if need be. */
export const zizmor = () => pypi("zizmor", "zizmor", new URL("requirements.txt", import.meta.url));
