import { randomFillSync } from "node:crypto";

/** Number of random bytes drawn at a time: a draw for each request costs more than all other work of its trace. */
const poolBytes = 24 * 1024;

let pool = "";
let drawn = 0;

/**
 * A random id of so many hexadecimal digits: 32 for a trace, 16 for a span. Zeros alone are not a valid id
 * (https://www.w3.org/TR/trace-context/#trace-id).
 */
export function drawId(digits: 16 | 32): string {
  for (;;) {
    if (drawn + digits > pool.length) {
      pool = randomFillSync(Buffer.allocUnsafe(poolBytes)).toString("hex");
      drawn = 0;
    }
    drawn += digits;
    const id = pool.slice(drawn - digits, drawn);
    if (/[^0]/.test(id)) return id;
  }
}
