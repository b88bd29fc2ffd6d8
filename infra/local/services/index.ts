import type { ServiceFactory } from "../ports.ts";
import { events } from "./events.ts";
import { scheduler } from "./scheduler.ts";
import { ses } from "./ses.ts";
import { sns } from "./sns.ts";
import { sqs } from "./sqs.ts";
import { states } from "./states.ts";

/** Every emulated AWS service; the front door asks each for its names. */
export const services: ServiceFactory[] = [sqs, sns, events, scheduler, states, ses];
