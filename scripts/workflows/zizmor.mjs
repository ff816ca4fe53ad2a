import { pypi } from "../pypi.mjs";

/** Path of zizmor (https://docs.zizmor.sh), installed if need be. */
export const zizmor = () => pypi("zizmor", "zizmor", new URL("requirements.txt", import.meta.url));
