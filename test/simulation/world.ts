import { type SenderName, senders } from "../support/providers.ts";
import { broken } from "./checks.ts";
import { Cloud } from "./cloud.ts";
import type { Fact, StoreOpened } from "./facts.ts";
import { judged } from "./judge.ts";
import { underTimers } from "./loop.ts";
import { oracle } from "./oracle.ts";
import { storiesIn } from "./outcomes.ts";
import type { TellingShop } from "./speak.ts";
import { people, Storyteller } from "./story.ts";
import { Telling } from "./telling.ts";

const HOUR_MS = 3_600_000;
/** The longest delay of a delivery, and how long its sender comes again at most. */
const STORM_MS = 60 * HOUR_MS;
/** Everything that waits has had its time: reminders, graces, retries of mail. */
const WAITS_MS = 60 * HOUR_MS;
/** Within which time the stories of a chapter begin: at once, or through a day. */
const SPANS_MS = [1_000, 10 * 60_000, 6 * HOUR_MS];
/** In how many storms somebody is in a hurry, and how often they ask for one thing at once. */
const HURRY_SHARE = 0.5;
const CLICKS = 8;
const TOO_OFTEN = 429;
/** After so long every process knows that a hook was connected. */
const SEEN_MS = 2 * 60_000;
/** How often the secret of a hook is replaced in a storm, and how long the old one is still signed with. */
const ROTATION_SHARE = 0.2;
const OLD_SECRET_MS = 20 * HOUR_MS;
const BREATH_MS = 11_000;
/** Rounds of an operator who gives dead letters another life: one is enough, unless that makes new ones. */
const REDRIVES_MAX = 3;

/** What a world came to. */
export interface Outcome {
  seed: number;
  /** A sentence for everything that is not as it must be. */
  problems: string[];
  facts: Fact[];
  steps: number;
  digest: string;
  faults: Readonly<Record<string, number>>;
  trace: readonly string[];
}

const ZONES = ["Europe/Kyiv", "America/New_York", "Asia/Tokyo"];
const KINDS = ["api", "shopify", "woocommerce"] as const;
const PLATFORMS = { api: "generic", shopify: "shopify", woocommerce: "woocommerce" };

/** Plays one world from its beginning to its end. */
export async function play(seed: number, options: { traced?: boolean } = {}): Promise<Outcome> {
  const cloud = new Cloud(seed, options);
  const restore = underTimers(cloud.loop);
  const problems: string[] = [];
  const world = new World(cloud, problems);
  try {
    await world.run();
  } catch (error) {
    problems.push((error as Error).stack ?? String(error));
  } finally {
    restore();
  }
  return {
    seed,
    problems,
    facts: world.facts(),
    steps: cloud.loop.steps,
    digest: cloud.digest(),
    faults: cloud.faults.counts,
    trace: cloud.trace ?? [],
  };
}

class World {
  readonly #cloud: Cloud;
  readonly #problems: string[];
  readonly #stores: StoreOpened[] = [];
  readonly #shops = new Map<string, TellingShop>();
  readonly #bounces = new Map<string, { saidAt?: string; acknowledgedAt?: string }>();
  readonly #telling: Telling;

  constructor(cloud: Cloud, problems: string[]) {
    this.#cloud = cloud;
    this.#problems = problems;
    this.#telling = new Telling(cloud, this.#shops);
  }

  async run(): Promise<void> {
    const { random, loop } = this.#cloud;
    const kinds = random.shuffled(KINDS).slice(0, 2);
    for (const [index, by] of kinds.entries()) await loop.finish(this.#open(`shop${index}`, by));
    for (const { email } of people) if (email && random.chance(0.12)) this.#close(email);
    const teller = new Storyteller(random, [...this.#shops.values()]);
    await this.#storm(teller);
    await this.#calm();
    if (random.chance(0.5)) return;
    for (const shop of this.#shops.values()) if (!shop.hooks.stripe && random.chance(0.5)) await this.#hook(shop);
    await this.#storm(teller);
    await this.#calm();
  }

  facts(): Fact[] {
    const bounces = [...this.#bounces].flatMap(([email, { saidAt, acknowledgedAt }]) =>
      saidAt && acknowledgedAt ? [{ kind: "bounce" as const, email, saidAt, acknowledgedAt }] : [],
    );
    return [...this.#stores, ...this.#telling.facts(), ...bounces];
  }

  async #open(name: string, by: TellingShop["by"]): Promise<void> {
    const { random } = this.#cloud;
    const settings = { name, platform: PLATFORMS[by], currency: "UAH", timeZone: random.pick(ZONES), country: "UA" };
    const { body } = await this.#cloud.ask("stores", { path: "/v1/stores", as: "owner", body: settings });
    const storeId = body.id as string;
    const paymentHook = random.chance(0.6);
    const providers = [...(by === "api" ? [] : [by]), ...(paymentHook ? ["stripe" as const] : [])];
    const shop: TellingShop = { name, by, storeId, currency: settings.currency, hooks: {}, secrets: {} };
    for (const provider of providers) {
      const hook = { storeId, provider, secret: senders[provider].secret };
      const made = await this.#cloud.ask("hooks", { path: "/v1/hooks", as: "owner", body: hook });
      shop.hooks[provider] = made.body.id as string;
    }
    this.#shops.set(name, shop);
    const { currency, timeZone } = settings;
    this.#stores.push({ kind: "store", store: name, currency, timeZone, paymentHook });
  }

  /** A payment provider is connected when orders are there already. */
  async #hook(shop: TellingShop): Promise<void> {
    const { loop } = this.#cloud;
    const store = this.#stores.find((one) => one.store === shop.name) as StoreOpened;
    const body = { storeId: shop.storeId, provider: "stripe", secret: senders.stripe.secret };
    const made = await loop.finish(this.#cloud.ask("hooks", { path: "/v1/hooks", as: "owner", body }));
    shop.hooks.stripe = made.body.id as string;
    store.hookedAt = loop.now();
    await loop.pass(SEEN_MS);
  }

  /** An owner gives a hook another secret; its provider signs with it some hours later. */
  async #rotate(shop: TellingShop, provider: SenderName): Promise<void> {
    const { random, faults, loop } = this.#cloud;
    const secret = `${shop.secrets[provider] ?? senders[provider].secret}+`;
    const request = {
      method: "PATCH",
      path: `/v1/hooks/${shop.hooks[provider]}`,
      as: "owner",
      body: { secret },
    } as const;
    for (let status = 0; status !== 200; await loop.pause(BREATH_MS))
      ({ status } = await this.#cloud.ask("hooks", request));
    await loop.pause(random.below(OLD_SECRET_MS));
    shop.secrets[provider] = secret;
    faults.count("secret", "replaced");
  }

  /** The mailbox of an address bounces from now on. */
  #close(email: string): void {
    const bounce: { saidAt?: string; acknowledgedAt?: string } = {};
    this.#bounces.set(email, bounce);
    this.#cloud.post.closed.set(email, {
      bounced(at) {
        bounce.saidAt ??= at;
      },
      known(at) {
        bounce.acknowledgedAt ??= at;
      },
    });
  }

  /** Everybody tells their stories while everything goes wrong. */
  async #storm(teller: Storyteller): Promise<void> {
    const { loop, faults, random } = this.#cloud;
    faults.isOn = true;
    const utterances = teller.chapter(loop.nowMs, random.between(2, 6), random.pick(SPANS_MS));
    for (const utterance of utterances) this.#telling.say(utterance);
    for (const shop of this.#shops.values()) {
      for (const provider of Object.keys(shop.hooks) as SenderName[]) {
        if (!random.chance(ROTATION_SHARE)) continue;
        loop.after(random.below(STORM_MS / 3), () => void this.#rotate(shop, provider), true);
      }
    }
    if (random.chance(HURRY_SHARE)) loop.after(random.below(HOUR_MS), () => void this.#hurry(), true);
    await loop.pass(STORM_MS);
    faults.isOn = false;
  }

  /** An owner clicks more often than one caller may. */
  async #hurry(): Promise<void> {
    const { random, faults } = this.#cloud;
    const { storeId, name } = random.pick([...this.#shops.values()]);
    const request = { method: "PATCH", path: `/v1/stores/${storeId}`, as: "owner", body: { name } } as const;
    for (let click = 1; click <= CLICKS; click += 1) {
      const { status } = await this.#cloud.ask("stores", request);
      faults.count("hurry", status === TOO_OFTEN ? "asked to wait" : status < 300 ? "served" : "failed");
    }
  }

  /** Nothing goes wrong any more: what is under way ends within an hour, and what was put aside is taken up again. */
  async #calm(): Promise<void> {
    const { loop } = this.#cloud;
    await loop.rest(HOUR_MS);
    for (let round = 0; round < REDRIVES_MAX && (await this.#cloud.redrive()) > 0; round += 1) await loop.rest(HOUR_MS);
    await this.#replay();
    await this.#telling.insist();
    await loop.rest(HOUR_MS);
    await loop.pass(WAITS_MS);
    await loop.rest(HOUR_MS);
    const truth = oracle(this.facts());
    for (const [name, times] of storiesIn(this.facts(), truth)) this.#cloud.faults.note(name, times);
    this.#problems.push(
      ...this.#telling.unexpected.splice(0),
      ...broken(this.#cloud),
      ...this.#repaired(),
      ...(await judged({ cloud: this.#cloud, shops: this.#shops }, truth)),
    );
  }

  /** What the reconciler puts right was wrong: by construction there is nothing to put right. */
  #repaired(): string[] {
    const { MetricDifferences: differences = 0 } = this.#cloud.counts;
    return differences > 0
      ? [`The reconciler found ${differences} metrics that were not the sum of their ledgers.`]
      : [];
  }

  /** A manager has another look at every delivery that could not be used. */
  async #replay(): Promise<void> {
    const path = "/v1/quarantine?status=kept&limit=100";
    const { body } = await this.#cloud.loop.finish(this.#cloud.ask("quarantine", { path, as: "manager" }));
    for (const { id, reason } of body.items as { id: string; reason: string }[]) {
      const replay = { method: "POST", path: `/v1/quarantine/${id}/replay`, as: "manager" } as const;
      const { status, text } = await this.#cloud.loop.finish(this.#cloud.ask("quarantine", replay));
      this.#cloud.faults.count(`quarantined delivery (${reason})`, `replayed: ${status}`);
      if (status < 300) this.#telling.replayed(id);
      else this.#problems.push(`A quarantined delivery is answered ${status}: ${text}`);
    }
  }
}
