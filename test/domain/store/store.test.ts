import { describe, it } from "vitest";
import { KEYS_MAX, type StoreCommand, store } from "../../../domain/store/store.ts";
import type { StoreEvent } from "../../../events/store.ts";
import { NOW } from "../../support/clock.ts";
import { given } from "../../support/given.ts";
import { storeSettings } from "../../support/samples.ts";

const opened: StoreEvent = { type: "store.opened", at: NOW, data: { storeId: "sto_1", settings: storeSettings() } };
const open: StoreCommand = { type: "store.open", at: NOW, data: { storeId: "sto_1", settings: storeSettings() } };
const hook = (connected: boolean, payments = true): StoreCommand => ({
  type: "store.change_hook",
  at: NOW,
  data: { hookId: "hok_1", provider: "stripe", payments, connected },
});
const key = (keyId: string, active = true, mode: "live" | "test" | "publishable" = "live"): StoreCommand => ({
  type: "store.change_key",
  at: NOW,
  data: { keyId, mode, active },
});

describe("a store", () => {
  it("is opened once", () =>
    given(store)
      .when(open)
      .isDecided("store.opened")
      .leaves({ status: "open", openedAt: NOW, paymentHooks: [], keys: {} }));

  it("changes what is given and keeps the rest", () =>
    given(store, opened)
      .when({ type: "store.change", at: NOW, data: { settings: { locale: "ru" } } })
      .isDecided({
        type: "store.changed",
        data: { settings: { locale: "ru", name: "Kvitka", timeZone: "Europe/Kyiv" } },
      })
      .leaves({ settings: storeSettings({ locale: "ru" }) }));

  it("is there before anything of it changes", () => {
    given(store).when(hook(true)).isRejected("store_not_found");
    given(store).when(key("key1")).isRejected("store_not_found");
    given(store)
      .when({ type: "store.change", at: NOW, data: { settings: {} } })
      .isRejected("store_not_found");
  });
});

describe("the hooks of a store", () => {
  it("of payment providers are known while they are connected", () =>
    given(store, opened)
      .when(hook(true))
      .isDecided("store.hook_changed")
      .leaves({ paymentHooks: ["hok_1"] })
      .when(hook(false))
      .isDecided("store.hook_changed")
      .leaves({ paymentHooks: [] }));

  it("of others change nothing about payments", () =>
    given(store, opened).when(hook(true, false)).leaves({ paymentHooks: [] }));
});

describe("the keys of a store", () => {
  it("are made and revoked once", () =>
    given(store, opened)
      .when(key("key1", true, "test"))
      .isDecided("store.key_changed")
      .leaves({ keys: { key1: { mode: "test", active: true } } })
      .when(key("key1", false))
      .isDecided({ type: "store.key_changed", data: { mode: "test", active: false } })
      .leaves({ keys: { key1: { mode: "test", active: false } } }));

  it("are not revoked when they were never made", () =>
    given(store, opened).when(key("key1", false)).isRejected("key_not_found"));

  it("are bounded, revoked ones included", () => {
    const made = Array.from(
      { length: KEYS_MAX },
      (_, index): StoreEvent => ({
        type: "store.key_changed",
        at: NOW,
        data: { storeId: "sto_1", keyId: `key${index}`, mode: "live", active: index % 2 === 0 },
      }),
    );
    given(store, opened, ...made)
      .when(key("another"))
      .isRejected("too_many_keys", { max: KEYS_MAX });
    given(store, opened, ...made)
      .when(key("key0", false))
      .isDecided("store.key_changed");
  });
});
