/**
 * Preloaded into each program that a script of ours starts: it ends with that script, however that one ends. A killed process
 * tells nobody; that its channel is closed is told by the kernel.
 */
process.once("disconnect", () => process.exit());
process.channel?.unref();
