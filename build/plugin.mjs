/**
 * @typedef {object} Rule when a callback runs (https://esbuild.github.io/plugins/#on-resolve-options)
 * @property {RegExp} filter
 * @property {string} [namespace]
 * @property {readonly string[]} [each] all values of the filter's first group: each of them must be met
 */

/**
 * Makes an esbuild plugin that fails the build where one of its rules met nothing. Its rules name files of packages, so
 * an update can move what they name. Without this check such a rule would do nothing: the bundle would only be larger,
 * or would start more slowly. A rule is met when its callback returns something.
 * @param {string} name
 * @param {(build: { onResolve: (rule: Rule, callback: Function) => void, onLoad: (rule: Rule, callback: Function) => void }) => void} setup
 * @returns {import("esbuild").Plugin}
 */
export function createPlugin(name, setup) {
  return {
    name,
    setup({ onResolve, onLoad, onEnd }) {
      const unmet = new Set();
      const toText = (filter, one) => (one === undefined ? String(filter) : `${filter} with ${one}`);
      const checked =
        (register) =>
        ({ filter, namespace, each }, callback) => {
          for (const one of each ?? [undefined]) unmet.add(toText(filter, one));
          register({ filter, namespace }, async (args) => {
            const result = await callback(args);
            if (result !== undefined) unmet.delete(toText(filter, each && filter.exec(args.path)[1]));
            return result;
          });
        };
      setup({ onResolve: checked(onResolve), onLoad: checked(onLoad) });
      // A failed build did not read all files.
      onEnd(({ errors }) => ({
        errors:
          errors.length > 0
            ? []
            : [...unmet].map((rule) => ({
                text: `${name}: no file of this bundle meets ${rule}: adapt or remove this rule`,
              })),
      }));
    },
  };
}

/**
 * Replaces text that must be there.
 * @param {string} text
 * @param {string | RegExp} part
 * @param {string} by
 * @param {string} where for the error
 * @throws {Error} where the part is not in the text
 */
export function replaceKnown(text, part, by, where) {
  const changed = text.replace(part, () => by);
  if (changed === text) throw new Error(`${where}: ${part} is not in it: adapt this plugin`);
  return changed;
}
