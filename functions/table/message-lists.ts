import type { KnownMessage } from "../../domain/message/message.ts";
import { port } from "../shell/port.ts";
import { table } from "./dynamo.ts";
import { list } from "./keys.ts";
import type { Recipient } from "./message-record.ts";
import { type ListPage, pageOfStates, type StateList } from "./pages.ts";
import type { Item, Table } from "./table.ts";

/** Whom or what messages are about; one of them is named at least. */
export interface MessageFilters {
  customerId?: string | undefined;
  orderId?: string | undefined;
  journeyId?: string | undefined;
}

/** A message as it is stored now, with where it went. */
export interface StoredMessage {
  version: number;
  state: KnownMessage;
  /** Absent while no sender took it. */
  address: string | undefined;
}

/** Lists of messages, newest first: an order has the fewest, a journey the most. */
export class MessageLists {
  readonly #table: Table;

  constructor(source: Table) {
    this.#table = source;
  }

  /** A page of messages; it may be short. */
  async page(
    filters: MessageFilters,
    limit: number,
    after: string | undefined,
  ): Promise<ListPage<StoredMessage, string>> {
    const keeps = (item: Item) => matches(item.state as KnownMessage, filters);
    const { items, next } = await pageOfStates(this.#table, { ...partitionOf(filters), keeps, limit, after });
    return { items: items.map(storedMessage), next };
  }
}

function partitionOf({ customerId, orderId, journeyId }: MessageFilters): Pick<StateList, "index" | "partitions"> {
  if (orderId !== undefined) return { index: "gsi2", partitions: [list.messagesOfOrder(orderId)] };
  if (customerId !== undefined) return { index: "gsi4", partitions: [list.messagesOfCustomer(customerId)] };
  return { index: "gsi3", partitions: [list.messagesOfJourney(journeyId ?? "")] };
}

const matches = ({ request }: KnownMessage, { customerId, orderId, journeyId }: MessageFilters): boolean =>
  (customerId === undefined || request.customerId === customerId) &&
  (orderId === undefined || request.orderId === orderId) &&
  (journeyId === undefined || request.journeyId === journeyId);

const storedMessage = ({ state, version, card }: Item): StoredMessage => ({
  state: state as KnownMessage,
  version: version as number,
  address: (card as Recipient | undefined)?.address,
});

export const messageLists = port("messageLists", (runtime) => new MessageLists(runtime.get(table)));
