import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const FOLDER = fileURLToPath(new URL("../../../shared/fixtures/", import.meta.url));

/** True where recorded deliveries of real providers lie beside the repository. */
export const hasFixtures = existsSync(FOLDER);

/** A recorded delivery or vector, parsed; the recordings with headers give their body. */
// biome-ignore lint/suspicious/noExplicitAny: recordings have every form.
export function fixture(name: string): any {
  const read = JSON.parse(readFileSync(`${FOLDER}${name}.json`, "utf8"));
  return read.headers && read.body ? read.body : read;
}
