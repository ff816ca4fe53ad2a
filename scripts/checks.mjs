/**
 * Named checks that are counted, for the scripts that .ci/run adds up: all run, whatever fails, and the last line is
 * `N passed, N failed`.
 */
const results = { passed: 0, failed: 0 };

function pass() {
  results.passed += 1;
}

function fail(name, error) {
  results.failed += 1;
  console.log(`FAILED: ${name}\n  ${String(error.message).replaceAll("\n", "\n  ")}`);
}

/** Runs a check, which throws where it fails. Returns a promise where it does. */
export function check(name, body) {
  try {
    const done = body();
    return done instanceof Promise ? done.then(pass, (error) => fail(name, error)) : pass();
  } catch (error) {
    return fail(name, error);
  }
}

/** Counts in what something else has counted. */
export function addUp({ passed, failed }) {
  results.passed += passed;
  results.failed += failed;
}

/** Says what came of all. Nothing checked is a failure too. */
export function sumUp() {
  console.log(`${results.passed} passed, ${results.failed} failed`);
  process.exitCode = results.failed === 0 && results.passed > 0 ? 0 : 1;
}
