import { answersContract } from "../functions/table/table-answers.contract.ts";
import { Faults } from "./faults.ts";
import { Loop } from "./loop.ts";
import { begin, type Ground, type Process } from "./process.ts";
import { randomOf } from "./random.ts";
import { SimTable } from "./sim-table.ts";

/** Loses every answer, and does nothing else. */
class Deafness extends Faults {
  override strikes(kind: Parameters<Faults["strikes"]>[0]): boolean {
    return kind === "lostAnswer";
  }
}

answersContract("the simulated table", async () => {
  const random = randomOf(1);
  const loop = new Loop(random, "2026-11-20T12:00:00.000Z");
  const faults = new Deafness(random);
  const ground: Ground = { loop, random, faults, tell: () => {}, isPlaced: false };
  const process = { fn: "test", invocation: begin("test", "test", undefined) } as Process;
  const table = new SimTable(ground, () => {}).of(process);
  return {
    ...table,
    get: (key) => loop.finish(table.get(key)),
    write: (writes) => loop.finish(table.write(writes)),
  };
});
