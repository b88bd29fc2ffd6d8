import { existsSync, readFileSync } from "node:fs";
import { basename } from "node:path";
import * as z from "zod";
import { SetupProblem } from "./setup-problem.ts";

/** CloudWatch accepts these and nothing between. */
const RETENTION_DAYS = [1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 3653];

/** A switch that may come as text from the command line. */
const Flag = z.union([z.boolean(), z.stringbool()], "true or false");
/** A number that may come as text from the command line. */
const Whole = z.coerce.number("a whole number").int("a whole number");

/** The optional CDN and firewall before the API. */
const Edge = z.strictObject({
  /** The API's public name. Its DNS is yours: point it at the distribution. */
  domain: z.string().regex(/^([a-z0-9-]+\.)+[a-z]{2,}$/, "a name such as crm.shop.example"),
  /** ARN of a certificate for the name, which CloudFront takes from us-east-1 only. */
  certificate: z
    .string()
    .regex(/^arn:aws:acm:us-east-1:\d{12}:certificate\/[\w-]+$/, "of AWS Certificate Manager in us-east-1"),
  /** The host of `ApiUrl`, as the deployment of the core stack printed it. */
  apiHost: z.string().regex(/^[a-z0-9]+\.execute-api\.[a-z0-9-]+\.amazonaws\.com$/, "the host of ApiUrl"),
  /** Refuse what does not come by the edge. Only when the name works and providers deliver to it. */
  locked: z.boolean().default(false),
  /** Counts up when the secret between edge and gate was changed. */
  turn: Whole.min(1).default(1),
  /** Of one address, before it is refused for a while. */
  requestsPerMinute: Whole.min(10).default(6_000),
});

export type EdgeSettings = z.infer<typeof Edge>;

const Form = z.strictObject({
  /** Names the stacks: `kolo-<stage>-core`. `local` is for emulators and needs nothing else. */
  stage: z.string().regex(/^[a-z][a-z0-9]{0,15}$/, "up to 16 lower-case letters and digits"),
  /** The first owner's sign-in; also where alarms go. */
  ownerEmail: z.email(),
  /** Where finance alerts go; the address must confirm its subscription. */
  financeEmail: z.email(),
  /** The address that buyers see as the sender. */
  mailSender: z.email(),
  /** Mails a second that SES allows the account: 1 in the sandbox, 14 when it lets one out of it. */
  mailPerSecond: Whole.min(1).default(14),
  /** The only addresses that messages about test orders go to. */
  mailTestAddresses: z.array(z.email()).default([]),
  /** What SES verifies: the sender's whole domain (with DKIM), or the address alone. */
  mailIdentity: z.enum(["domain", "address"]).default("domain"),
  /** Shown by the reminder of an unpaid order to people who allowed marketing; without it nobody is shown one. */
  promoCode: z
    .string()
    .regex(/^[\w-]{1,40}$/, "up to 40 Latin letters, digits, - and _")
    .optional(),
  /** The language of the sentences that finance reads. */
  financeLocale: z.enum(["uk", "ru", "en"]).default("uk"),
  /** An identity provider of one's own instead of the user pool, with the audience it puts in its tokens. */
  jwtIssuer: z.url().optional(),
  jwtAudience: z.string().optional(),
  /** Whether the user pool asks everyone for a code of an authenticator app, or only those who set one up. */
  staffMfa: z.enum(["required", "optional"]).default("required"),
  logRetentionDays: Whole.refine(
    (days) => RETENTION_DAYS.includes(days),
    `one of ${RETENTION_DAYS.join(", ")}`,
  ).default(30),
  /** Nothing above `INFO`: Lambda would take what functions count for the alarms for less, and drop it. */
  logLevel: z.enum(["DEBUG", "INFO"]).default("INFO"),
  /** By function name (`webhooks`, `send-message`, ...). Leave out in a new account: it has 10 environments in all. */
  reservedConcurrency: z.record(z.string(), z.int().min(1)).default({}),
  /** Requests a second of one caller (a key, a member of staff), in the mean of ten seconds. */
  readsPerSecond: Whole.min(1).default(100),
  writesPerSecond: Whole.min(1).default(100),
  /** Of all callers: requests a second, and how many may come at once. */
  throttleRate: Whole.min(1).default(200),
  throttleBurst: Whole.min(1).default(400),
  /** Of all providers' deliveries, in a lane beside the rest of the API. */
  deliveryRate: Whole.min(1).default(200),
  deliveryBurst: Whole.min(1).default(1_000),
  /** Origins of browsers that may call the API, e.g. `https://shop.example.com`. */
  corsOrigins: z.array(z.url()).default([]),
  /** A name of one's own, a CDN and a firewall before the API; without it they are not there. */
  edge: Edge.optional(),
  /** US dollars that the account may cost a day before the owner is told. */
  costPerDay: z.coerce.number("a number").positive().default(10),
  /**
   * When the table was lost that has been restored to an earlier moment since: nobody is written to about anything
   * older, for the restored table does not know what was sent until then. It stays set.
   */
  lostAt: z.iso.datetime().optional(),
  /** `keep`: data outlives its stack and cannot be deleted by accident. */
  data: z.enum(["keep", "destroy"]).default("keep"),
  /** X-Ray traces of the functions. */
  tracing: Flag.default(true),
});

/** What one deployment decides; `-c name=value` on the command line wins over `kolo.json`. */
export const Settings = Form.refine(
  ({ jwtIssuer, jwtAudience }) => (jwtIssuer === undefined) === (jwtAudience === undefined),
  { path: ["jwtAudience"], message: "goes together with jwtIssuer" },
);

export type Settings = z.infer<typeof Settings>;

/** Enough for an emulator. Nobody is mailed: the addresses are of a domain that never exists. */
const LOCAL = {
  stage: "local",
  ownerEmail: "owner@kolo.example",
  financeEmail: "finance@kolo.example",
  mailSender: "shop@kolo.example",
  promoCode: "KOLO5",
  data: "destroy",
} as const;

/** Nobody names these for an emulator. */
const ADDRESSES = ["ownerEmail", "financeEmail", "mailSender"];

/** The settings of stage `local`, with some of them replaced. */
export function localSettings(changes: Partial<z.input<typeof Settings>> = {}): Settings {
  return parseSettings({ ...LOCAL, ...changes, stage: "local" });
}

/** What a local Kolo takes as well: none of it leaves the machine. */
const HARMLESS = ["promoCode", "mailTestAddresses", "financeLocale", "mailSender"] as const;

/** The settings of `npm start`: harmless ones of `kolo.json`; `--name=value` wins, and an empty value is none. */
export function startSettings(file: string, options: readonly string[]): Settings {
  const given = Object.fromEntries(options.map((option) => /^--(\w+)=(.*)$/s.exec(option)?.slice(1) ?? [option, ""]));
  const unknown = Object.keys(given).find((name) => !HARMLESS.includes(name as never));
  if (unknown !== undefined) {
    const all = ["--empty", ...HARMLESS.map((one) => `--${one}=`)];
    throw new SetupProblem(`There is no option ${unknown}; there are ${all.join(", ")}.`);
  }
  const known = readFile(file);
  const chosen = HARMLESS.flatMap((name) => {
    const value = name in given ? fromContext(name, given[name]) : known[name];
    return value === undefined ? [] : [[name, value === "" ? undefined : value] as const];
  });
  return localSettings(Object.fromEntries(chosen));
}

/**
 * Reads the stage's settings from context and `kolo.json`.
 * Without a word about the stage, what only a deployment has (a known account, its addresses) means `prod`, and nothing
 * of it means `local`.
 */
export function readSettings(from: { context: Context; file: string; account?: string }): Settings {
  const file = readFile(from.file);
  const given: Context = { ...file };
  for (const [name, value] of Object.entries(from.context).filter(isOurs)) given[name] = fromContext(name, value);
  const isDeployment = from.account !== undefined || ADDRESSES.some((name) => given[name] !== undefined);
  given.stage ??= isDeployment ? "prod" : LOCAL.stage;
  return parseSettings(given.stage === LOCAL.stage ? { ...LOCAL, ...withoutAbsent(given) } : withoutAbsent(given));
}

type Context = Record<string, unknown>;

/** Names with a sign in them, such as `@aws-cdk/...` and `aws:cdk:...`, are the CDK's own. */
const isOurs = ([name, value]: [string, unknown]): boolean => /^\w+$/.test(name) && value !== undefined;

function readFile(file: string): Context {
  if (!existsSync(file)) return {};
  const known = parseJson(readFileSync(file, "utf8"), basename(file));
  if (typeof known === "object" && known !== null && !Array.isArray(known)) return known as Context;
  throw new SetupProblem(`${basename(file)} must hold one JSON object, such as {"stage": "prod"}.`);
}

function parseJson(text: string, where: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new SetupProblem(`${where} is not valid JSON: ${(cause as Error).message}.`);
  }
}

/** Checks settings; refuses with one sentence that says how to give what is missing or wrong. */
export function parseSettings(given: Record<string, unknown>): Settings {
  const parsed = Settings.safeParse(given);
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.map(({ code, path, message }) =>
    code === "unrecognized_keys" ? message : `${path.join(".")} (${explain(given, path, message)})`,
  );
  throw new SetupProblem(
    `Stage "${given.stage}" needs other settings: ${problems.join(", ")}. ` +
      "Pass each as `-c name=value` (to `npm start` as `--name=value`), or write them in kolo.json; " +
      "`-c stage=local` is enough to synthesize.",
  );
}

function explain(given: Record<string, unknown>, path: PropertyKey[], message: string): string {
  return path.length === 1 && given[String(path[0])] === undefined ? "missing" : message;
}

function withoutAbsent(given: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined && value !== ""));
}

const MAPS = ["reservedConcurrency", "edge"];
const LISTS = ["corsOrigins", "mailTestAddresses"];

/** From the command line lists come separated by commas, and maps as JSON. */
function fromContext(name: string, value: unknown): unknown {
  if (typeof value !== "string") return value;
  if (LISTS.includes(name)) return value.split(",").flatMap((one) => one.trim() || []);
  if (MAPS.includes(name)) return parseJson(value, `-c ${name}`);
  return value;
}
