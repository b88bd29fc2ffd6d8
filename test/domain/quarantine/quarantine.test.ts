import { describe, it } from "vitest";
import { type KeptDelivery, type QuarantineCommand, quarantine } from "../../../domain/quarantine/quarantine.ts";
import type { QuarantineEvent } from "../../../events/quarantine.ts";
import { NOW } from "../../support/clock.ts";
import { given } from "../../support/given.ts";

const delivery: KeptDelivery = {
  ...{ quarantineId: "qua_1", hookId: "hok_1", storeId: "sto_1", provider: "shopify", topic: "orders/create" },
  ...{ reason: "wrong_shape", bytes: 12, place: "table" },
};
const kept: QuarantineEvent = { type: "delivery.quarantined", at: NOW, data: delivery };
const replayed: QuarantineEvent = {
  type: "delivery.replayed",
  at: NOW,
  data: { quarantineId: "qua_1", hookId: "hok_1" },
};

const dismissed: QuarantineEvent = {
  type: "delivery.dismissed",
  at: NOW,
  data: { quarantineId: "qua_1", hookId: "hok_1" },
};

const keep: QuarantineCommand = { type: "quarantine.keep", at: NOW, data: delivery };
const dismiss: QuarantineCommand = { type: "quarantine.dismiss", at: NOW, data: {} };
const settle = (reason?: string): QuarantineCommand => ({
  type: "quarantine.settle",
  at: NOW,
  data: reason === undefined ? {} : { reason },
});

describe("a quarantined delivery", () => {
  it("is kept once", () => {
    given(quarantine).when(keep).isDecided("delivery.quarantined").leaves({ status: "kept", keptAt: NOW, replays: 0 });
    given(quarantine, kept, replayed).when(keep).changesNothing();
  });

  it("is replayed once", () => {
    given(quarantine, kept)
      .when(settle())
      .isDecided("delivery.replayed")
      .leaves({ status: "replayed", replayedAt: NOW, replays: 1, reason: "wrong_shape" })
      .when(settle("too_late"))
      .changesNothing();
  });

  it("stays with the reason of the last attempt that failed", () => {
    given(quarantine, kept)
      .when(settle("currency_unknown"))
      .leaves({ status: "kept", reason: "currency_unknown", replays: 1 })
      .when(settle("money_not_exact"))
      .leaves({ status: "kept", reason: "money_not_exact", replays: 2 });
  });

  it("is replayed only if it was kept", () => {
    given(quarantine).when(settle()).isRejected("quarantine_not_found");
  });

  it("is dismissed once, and not kept again when it comes again", () => {
    given(quarantine, kept)
      .when(dismiss)
      .isDecided("delivery.dismissed")
      .leaves({ status: "dismissed", dismissedAt: NOW, replays: 0, reason: "wrong_shape" })
      .when(dismiss)
      .changesNothing();
    given(quarantine, kept, dismissed).when(keep).changesNothing();
  });

  it("that was dismissed is replayed after all, or stays dismissed where that fails", () => {
    given(quarantine, kept, dismissed)
      .when(settle("currency_unknown"))
      .leaves({ status: "dismissed", reason: "currency_unknown", replays: 1 })
      .when(settle())
      .isDecided("delivery.replayed")
      .leaves({ status: "replayed", replays: 2 });
  });

  it("is dismissed only if it was kept, and not once a replay has saved what it says", () => {
    given(quarantine).when(dismiss).isRejected("quarantine_not_found");
    given(quarantine, kept, replayed).when(dismiss).isRejected("already_replayed");
  });
});
