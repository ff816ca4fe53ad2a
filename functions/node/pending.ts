/** Background work, so that the process can wait for it before it ends. */
export function createPending() {
  const pending = new Set<Promise<unknown>>();
  return {
    add(work: Promise<unknown>): void {
      const settled: Promise<unknown> = work.then(
        () => pending.delete(settled),
        () => pending.delete(settled),
      );
      pending.add(settled);
    },
    /** Resolves once no work is pending. */
    async done(): Promise<void> {
      while (pending.size > 0) await Promise.all(pending);
    },
  };
}
