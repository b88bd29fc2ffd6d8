import { sesReceipts } from "../adapters/channels/ses-receipts.ts";
import { consumer } from "../shell/consumer.ts";
import type { Runtime } from "../shell/port.ts";
import { messages } from "../table/messages.ts";

/** Takes SES's word on what became of a mail: it settles what is unknown, and tells which addresses to leave alone. */
export const recordMailReceipt = (runtimeOf?: () => Runtime) =>
  consumer(
    {
      needs: { messages },
      async run({ body }, context) {
        for (const { messageId, receipt, at } of sesReceipts(body)) {
          const known = await context.messages.find(messageId);
          if (!known) {
            context.logger.info("A receipt is about a message that is not ours.", { messageId, kind: receipt.kind });
            continue;
          }
          const origin = { actor: { kind: "system" as const, id: "ses" }, correlationId: messageId, depth: 0 };
          await context.messages.receive(known, receipt, origin, at);
        }
      },
    },
    runtimeOf,
  );

export const handler = recordMailReceipt();
