import type { ServiceFactory } from "../ports.ts";
import { cognito } from "./cognito.ts";
import { events } from "./events.ts";
import { kms } from "./kms.ts";
import { s3 } from "./s3.ts";
import { scheduler } from "./scheduler.ts";
import { secretsmanager } from "./secretsmanager.ts";
import { ses } from "./ses.ts";
import { sns } from "./sns.ts";
import { sqs } from "./sqs.ts";
import { states } from "./states.ts";
import { cloudwatch, logs } from "./telemetry.ts";

/** Every emulated AWS service; the front door asks each for its names. */
export const services: ServiceFactory[] = [
  sqs,
  sns,
  events,
  scheduler,
  states,
  ses,
  s3,
  secretsmanager,
  kms,
  cognito,
  logs,
  cloudwatch,
];
