/** What all parts of the speed benchmark have in common. */
export const rounds = Number(process.env.ROUNDS ?? 5);
/** Of one load, in one round. */
export const seconds = Number(process.env.SECONDS ?? 3);
export const connections = 32;
export const serverCore = 0;
/** Of the load, the stand-in and the receiver of traces. */
export const loadCore = 1;

export const fixed = (value, digits = 2) => Number(value.toFixed(digits));
