import { checks } from "./checks/index.ts";
import { type Check, type Finding, wrong } from "./finding.ts";
import { OperatorProblem, type Place } from "./place.ts";
import { counted, type Screen } from "./work.ts";

const RUNBOOKS = "docs/runbooks/";
const MARKS = {
  ok: "  ok     ",
  unseen: "  unseen ",
  note: "  note   ",
  wrong: "  WRONG  ",
  missing: "  MISSING",
} as const;

/** Looks at everything and says it in sentences; true when there is nothing to do. */
export async function doctor(place: Place, screen: Screen): Promise<boolean> {
  screen.say(`${place.title}:`);
  const findings = (await Promise.all(checks.map((check) => examine(check, place)))).flat();
  for (const finding of findings) screen.say(`${MARKS[finding.state]} ${sentence(finding)}`);
  const todo = findings.filter(({ state }) => state === "wrong" || state === "missing").length;
  screen.say(todo === 0 ? "Nothing is wrong or missing." : `${counted(todo, "thing")} to do.`);
  return todo === 0;
}

/** What cannot be looked at is told like what is wrong; the other checks go on. */
async function examine(check: Check, place: Place): Promise<Finding[]> {
  try {
    return await check.look(place);
  } catch (error) {
    const why =
      error instanceof OperatorProblem ? error.message : `${(error as Error).name}: ${(error as Error).message}`;
    return [wrong("README.md", `The check of ${check.name} could not look: ${why}`)];
  }
}

const sentence = (finding: Finding): string =>
  "page" in finding ? `${finding.says} See ${RUNBOOKS}${finding.page}.` : finding.says;
