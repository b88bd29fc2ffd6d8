import { isDeepStrictEqual } from "node:util";
import { dueAtOf, type KnownMessage } from "../../domain/message/message.ts";
import type { Mismatch } from "../../domain/mismatch/mismatch.ts";
import type { KnownPayment } from "../../domain/payment/payment.ts";
import { internalEvents } from "../../events/catalog.ts";
import { WINDOW_SECONDS } from "../../functions/shell/rate-limit.ts";
import type { Item } from "../../functions/table/table.ts";
import { GRACE_MS as SWEEP_GRACE_MS } from "../../functions/tasks/sweep.ts";
import { contributionsIn, ledgersOf, metricsOf } from "../support/sums.ts";
import { type Cloud, WRITES_PER_SECOND } from "./cloud.ts";

/** A sweep comes every quarter of an hour; what it finds takes a moment. */
const SWEPT_MS = 20 * 60_000;

const stateItems = (items: readonly Item[], noun: string) =>
  items.filter(({ pk, sk }) => sk === "state" && pk.startsWith(`${noun}#`));
const idOf = ({ pk }: Item) => pk.slice(pk.indexOf("#") + 1);

/** The messages of a world by their ids. */
export const messagesIn = (items: readonly Item[]): Map<string, KnownMessage> =>
  new Map(stateItems(items, "message").map((item) => [idOf(item), item.state as KnownMessage]));

/** What must be true whenever nothing is under way, whatever was said: a sentence for everything that is not. */
export function broken(cloud: Cloud): string[] {
  const items = cloud.table.memory.items();
  return [
    ...cloud.lambdas.unexplained.map((what) => `A failure has no reason: ${what}`),
    ...[...cloud.queues.values()].flatMap((queue) =>
      queue.unexplained.map((what) => `A dead letter has none: ${what}`),
    ),
    ...sums(items),
    ...outbox(cloud),
    ...messages(cloud, items),
    ...mismatches(cloud, items),
    ...payments(items),
    ...limits(items),
  ];
}

function sums(items: readonly Item[]): string[] {
  const [metrics, ledgers, contributions] = [metricsOf(items), ledgersOf(items), contributionsIn(items)];
  return [
    ...(isDeepStrictEqual(metrics, ledgers)
      ? []
      : [`Metrics are not the sum of their ledgers: ${JSON.stringify({ metrics, ledgers })}`]),
    ...(isDeepStrictEqual(ledgers, contributions)
      ? []
      : [`Ledgers are not what their sources contribute: ${JSON.stringify({ ledgers, contributions })}`]),
  ];
}

function outbox(cloud: Cloud): string[] {
  const unpublished = cloud
    .events()
    .filter(({ type, eventId }) => !internalEvents.has(type) && !cloud.bus.taken.has(eventId));
  return unpublished.map(({ type, eventId }) => `${type} ${eventId} was never published.`);
}

function messages(cloud: Cloud, items: readonly Item[]): string[] {
  const overdue = new Date(cloud.loop.nowMs - SWEEP_GRACE_MS - SWEPT_MS).toISOString();
  const keys = new Set<string>();
  return [...messagesIn(items)].flatMap(([messageId, state]) => {
    const { template, orderId, delivery } = state.request;
    const key = `${template} ${orderId}`;
    const sent = cloud.post.sent.filter((one) => one.messageId === messageId).length;
    const allowed = delivery === "at_most_once" ? 1 : 1 + cloud.post.doubtsAbout(messageId);
    const dueAt = dueAtOf(state);
    const problems = [
      ...(keys.has(key) ? [`There are two messages ${key}.`] : []),
      ...(sent > allowed ? [`${key} was sent ${sent} times, ${allowed} are allowed.`] : []),
      ...(state.status === "sent" && sent === 0 ? [`${key} says that it was sent, and never left.`] : []),
      ...(["requested", "claimed"].includes(state.status) ? [`${key} is left ${state.status}.`] : []),
      ...(dueAt !== undefined && dueAt < overdue ? [`${key} was due at ${dueAt} and nobody came.`] : []),
    ];
    keys.add(key);
    return problems;
  });
}

function mismatches(cloud: Cloud, items: readonly Item[]): string[] {
  const overdue = new Date(cloud.loop.nowMs - SWEEP_GRACE_MS - SWEPT_MS).toISOString();
  const events = cloud.events().filter(({ type }) => type.startsWith("mismatch."));
  const told = cloud.topic.told.map(({ attributes }) => attributes.mismatchId);
  return stateItems(items, "mismatch").flatMap((item) => {
    const mismatchId = idOf(item);
    const state = item.state as Mismatch;
    const own = events.filter(({ data }) => (data as { mismatchId: string }).mismatchId === mismatchId);
    const spells = own.map(({ type }) => type).filter((type) => type !== "mismatch.suspected");
    const opened = spells.filter((type) => type === "mismatch.opened").length;
    const isTwice = spells.some((type, index) => type === "mismatch.opened" && spells[index + 1] === type);
    const heard = told.filter((one) => one === mismatchId).length;
    return [
      ...(isTwice ? [`Mismatch ${mismatchId} was opened again while it was open.`] : []),
      ...(heard < opened ? [`Finance heard ${heard} times of mismatch ${mismatchId}, opened ${opened} times.`] : []),
      ...(opened === 0 && heard > 0 ? [`Finance heard of mismatch ${mismatchId}, which was never opened.`] : []),
      ...(state.status === "suspected" && state.dueAt < overdue
        ? [`Mismatch ${mismatchId} was due at ${state.dueAt} and nobody came.`]
        : []),
    ];
  });
}

/** A payment that names an order by the store's own id belongs to it once both are there. */
function payments(items: readonly Item[]): string[] {
  const placed = new Set(
    stateItems(items, "order").flatMap(({ state }) => {
      const { storeId, header } = state as { storeId?: string; header?: { externalId: string } };
      return header ? [`${storeId}/${header.externalId}`] : [];
    }),
  );
  return stateItems(items, "payment").flatMap(({ state }) => {
    const { storeId, references, orderId, externalId } = state as KnownPayment;
    const isThere = references.some((name) => placed.has(`${storeId}/${name}`));
    return isThere && orderId === undefined ? [`Payment ${externalId} waits for an order that is there.`] : [];
  });
}

/** No caller is granted more than its limit in a window, by however many processes. */
function limits(items: readonly Item[]): string[] {
  const most = WRITES_PER_SECOND * WINDOW_SECONDS;
  return items.flatMap(({ pk, used }) =>
    pk.startsWith("limit#write#") && Number(used) > most ? [`${pk} was granted ${used} of ${most} requests.`] : [],
  );
}
