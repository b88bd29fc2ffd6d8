import { port } from "./port.ts";

/** Waits a number of ms; tests and simulations do not. */
export type Pause = (ms: number) => Promise<void>;

export const pause = port("pause", (): Pause => (ms) => new Promise((done) => setTimeout(done, ms)));
