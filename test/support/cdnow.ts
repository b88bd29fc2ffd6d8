import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

/** One purchase of the CDNOW sample. */
export interface CdnowPurchase {
  /** The customer's id in the sample. */
  customer: string;
  day: string;
  /** In cents. */
  totalMinor: number;
}

const FILE = fileURLToPath(new URL("../../../shared/datasets/cdnow/CDNOW_sample.txt", import.meta.url));

/** False where the data set does not lie beside the repository: tests of it are then skipped. */
export const hasCdnow = existsSync(FILE);

/** The 6,919 purchases of 2,357 customers, in the order of the file. */
export function cdnow(): CdnowPurchase[] {
  const lines = readFileSync(FILE, "utf8").split("\n").filter(Boolean);
  return lines.map((line) => {
    const [, customer = "", date = "", , dollars = ""] = line.trim().split(/\s+/);
    const [whole = "", fraction = ""] = dollars.split(".");
    const day = `${date.slice(0, 4)}-${date.slice(4, 6)}-${date.slice(6)}`;
    return { customer, day, totalMinor: Number(whole + fraction.padEnd(2, "0")) };
  });
}
