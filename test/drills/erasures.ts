import { routes } from "../../infra/wiring.ts";

/**
 * A restored table has people in it who were erased after the moment it was restored to. Their erasures have to be made
 * again before anybody reads it, from a list that the table cannot take with it. Today nothing erases, so there is
 * nothing to make again; the first route that does must bring its list here.
 */
export function reapplyErasures(): string {
  const erasing = routes.filter(({ on }) => /^DELETE \/v1\/customers|\/erase$/.test(on)).map(({ on }) => on);
  if (erasing.length === 0) return "Erasures: nothing to re-apply, for Kolo has no route yet that erases a person.";
  throw new Error(
    `${erasing.join(", ")} erases people: re-apply what was erased since the moment of the restore here.`,
  );
}
