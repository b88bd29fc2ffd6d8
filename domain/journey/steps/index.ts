import type { AnyStepKind } from "../step.ts";
import { condition } from "./condition.ts";
import { exit } from "./exit.ts";
import { send } from "./send.ts";
import { wait } from "./wait.ts";

/** Every kind of step, by name. */
export const steps: Readonly<Record<string, AnyStepKind>> = { wait, condition, send, exit };
