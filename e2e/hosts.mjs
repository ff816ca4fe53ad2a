/**
 * Preloaded (`node --import`): for this process, names that end in `HOSTS_SUFFIX` resolve to `HOSTS_ADDRESS`. No
 * resolver needs to know a cluster's domain.
 */
import dns from "node:dns";
import { syncBuiltinESMExports } from "node:module";

const { HOSTS_SUFFIX: suffix, HOSTS_ADDRESS: address } = process.env;
const { lookup } = dns;

dns.lookup = (name, options, callback = options) => {
  if (!suffix || !address || !name.endsWith(suffix)) return lookup(name, options, callback);
  const all = typeof options === "object" && options.all;
  process.nextTick(() => (all ? callback(null, [{ address, family: 4 }]) : callback(null, address, 4)));
};
syncBuiltinESMExports();
