import type { MemoryTable } from "./memory-table.ts";

/**
 * A table whose first `parties` writers wait for each other: each has read what the others are about to change, so that
 * all but one lose their race and have to decide again. Later writers pass.
 */
export const rendezvous =
  (parties: number) =>
  (memory: MemoryTable): MemoryTable => {
    let arrived = 0;
    const { promise: everyone, resolve: open } = Promise.withResolvers<void>();
    return {
      ...memory,
      async write(writes) {
        arrived += 1;
        if (arrived >= parties) open();
        if (arrived <= parties) await everyone;
        return memory.write(writes);
      },
    };
  };

/** A table whose first write waits until it is let go: all that was read before it grows old meanwhile. */
export function held(memory: MemoryTable) {
  const arrived = Promise.withResolvers<void>();
  const released = Promise.withResolvers<void>();
  let isFirst = true;
  const table: MemoryTable = {
    ...memory,
    async write(writes) {
      const waits = isFirst;
      isFirst = false;
      arrived.resolve();
      if (waits) await released.promise;
      return memory.write(writes);
    },
  };
  return { table, arrived: arrived.promise, release: released.resolve };
}
