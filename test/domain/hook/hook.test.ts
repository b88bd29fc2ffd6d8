import { describe, it } from "vitest";
import { type HookCommand, hook } from "../../../domain/hook/hook.ts";
import type { HookEvent } from "../../../events/hook.ts";
import { NOW } from "../../support/clock.ts";
import { given } from "../../support/given.ts";

const data = { hookId: "hok_1", storeId: "sto_1", provider: "stripe", settings: {} };
const connected: HookEvent = { type: "hook.connected", at: NOW, data };
const disconnected: HookEvent = { type: "hook.disconnected", at: NOW, data: { hookId: "hok_1" } };

const connect: HookCommand = { type: "hook.connect", at: NOW, data };
const change = (settings: object): HookCommand => ({ type: "hook.change", at: NOW, data: { settings } });
const disconnect: HookCommand = { type: "hook.disconnect", at: NOW, data: {} };
const UNTIL = "2026-11-21T12:00:00.000Z";

describe("a hook", () => {
  it("is connected once", () => {
    given(hook)
      .when(connect)
      .isDecided("hook.connected")
      .leaves({ status: "connected", connectedAt: NOW, ...data });
    given(hook, connected).when(connect).changesNothing();
  });

  it("keeps settings that are not given, and says nothing when none is new", () => {
    given(hook, connected)
      .when(change({ orderReference: "metadata.order" }))
      .isDecided("hook.changed")
      .leaves({ settings: { orderReference: "metadata.order" } })
      .when(change({}))
      .changesNothing();
  });

  it("remembers until when the secret before is good", () => {
    given(hook, connected)
      .when({ type: "hook.change_secrets", at: NOW, data: { changed: ["secret"], previousUntil: UNTIL } })
      .leaves({ previousUntil: UNTIL })
      .when({ type: "hook.change_secrets", at: NOW, data: { changed: ["credentials"] } })
      .leaves({ previousUntil: UNTIL })
      .when({ type: "hook.change_secrets", at: NOW, data: { changed: [] } })
      .changesNothing();
  });

  it("is changed and disconnected while it is connected, and not after", () => {
    given(hook).when(disconnect).isRejected("hook_not_found");
    given(hook, connected).when(disconnect).leaves({ status: "disconnected", settings: {} });
    given(hook, connected, disconnected).when(disconnect).isRejected("hook_not_found");
    given(hook, connected, disconnected).when(change({})).isRejected("hook_not_found");
    given(hook, connected, disconnected).when(connect).changesNothing();
  });
});
