import { mapLimited } from "../shell/parallel.ts";
import type { Pause } from "../shell/pause.ts";
import type { Difference } from "./ledger-audit.ts";
import { metricKeyOf, REVISION } from "./ledger-moves.ts";
import type { Projection, SourceChange } from "./ledger-projection.ts";
import { type Condition, Conflict, type Table } from "./table.ts";

/** How long the stream may take to bring a change to the projector before it counts as lost, in ms. */
export const SETTLE_MS = 5_000;
/** Sources that one pass looks at; the rest is left to the next one. */
export const SUSPECTS_MAX = 20_000;
/** Sources that are re-projected together. */
const HEAL_BATCH = 50;
const READS_AT_ONCE = 16;

/** Writes what the ledgers say, unless the item has changed since it was read; false when it has. */
export async function repair(table: Table, { text, stored, sums }: Difference): Promise<boolean> {
  const key = metricKeyOf(text);
  const revision = stored?.revision;
  const known = { ...stored?.sums, ...(revision !== undefined && { [REVISION]: revision }) };
  const when: Condition = !stored
    ? { absent: true }
    : Object.keys(known).length === 0
      ? { present: true }
      : { equals: known };
  try {
    await table.write([{ put: { ...key, ...sums, [REVISION]: (revision ?? 0) + 1 }, when }]);
    return true;
  } catch (error) {
    if (error instanceof Conflict) return false;
    throw error;
  }
}

/** What became of sources whose ledgers did not say what they contribute. */
export interface Healed {
  /** Were still wrong after the stream had its time: re-projected. */
  lost: number;
  /** Changed meanwhile, or could not be re-projected. */
  undecided: string[];
}

const changeOf = (source: string): SourceChange => ({ source, seen: [], removed: false });

/**
 * Looks at sources twice, with time for the stream in between, and re-projects those that nobody is about to. When time
 * runs out, the rest is undecided.
 */
export async function heal(
  projection: Projection,
  sources: readonly string[],
  { pause, isTime }: { pause: Pause; isTime: () => boolean },
): Promise<Healed> {
  const behind = await look(projection, sources.slice(0, SUSPECTS_MAX));
  const healed: Healed = { lost: 0, undecided: sources.slice(SUSPECTS_MAX) };
  if (behind.size > 0) await pause(SETTLE_MS);
  const rest = [...behind.keys()];
  while (rest.length > 0) {
    const batch = rest.splice(0, HEAL_BATCH);
    if (!isTime()) return { ...healed, undecided: [...healed.undecided, ...batch, ...rest] };
    const still = await look(projection, batch);
    const lost = [...still].filter(([source, missing]) => behind.get(source) === missing).map(([source]) => source);
    const failures = await projection.apply(lost.map(changeOf));
    const moving = [...still.keys()].filter((source) => !lost.includes(source));
    healed.lost += lost.length - failures.size;
    healed.undecided.push(...moving, ...failures.keys());
  }
  return healed;
}

/** The sources among these that are ahead of their ledgers, each with the version that is missing. */
async function look(projection: Projection, sources: readonly string[]): Promise<Map<string, string>> {
  const found = await mapLimited(sources, READS_AT_ONCE, async (source) => {
    const moves = await projection.missing(changeOf(source));
    return [source, moves.map(({ to }) => `${to.part}:${to.revision}:${to.version}`).join()] as const;
  });
  return new Map(found.filter(([, missing]) => missing !== ""));
}
