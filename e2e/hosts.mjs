/**
 * To be preloaded (`node --import`): names that end in `HOSTS_SUFFIX` are at `HOSTS_ADDRESS` for this process, whatever
 * resolvers say. A cluster's domain need not be known to any.
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
