import { describe, expect, it } from "vitest";
import { DAY_MS, HOUR_MS } from "../../support/clock.ts";
import { olena, PLACED_AT, uah } from "../../support/samples.ts";
import { mailroom } from "./mailroom.ts";
import { PROVIDER_ID } from "./post-office.ts";

describe("an order confirmation", () => {
  it("is sent once to the buyer of a placed order", async () => {
    const room = await mailroom();
    await room.order();
    await room.carry();
    expect(room.mailbox).toMatchObject([{ to: "olena@example.com", fromName: "Kvitka", purpose: "transactional" }]);
    expect(room.states("message")).toMatchObject([{ status: "sent", providerId: PROVIDER_ID, attempts: 1 }]);
  });

  it("is sent once, however often its events are delivered", async () => {
    const room = await mailroom();
    await room.order();
    await room.order({ updatedAt: "2026-11-20T11:00:00.000Z", note: "leave at the door" });
    await room.carry(3);
    expect(room.mailbox).toHaveLength(1);
  });

  it("is told on the timeline without a word of the person", async () => {
    const room = await mailroom();
    await room.order();
    await room.carry();
    const told = room.table.items().filter(({ pk, gsi1pk }) => gsi1pk && pk.startsWith("message#"));
    expect(told).toHaveLength(1);
    expect(JSON.stringify(told)).not.toMatch(/olena/i);
  });

  it("keeps the address on the message and what it said nowhere", async () => {
    const room = await mailroom();
    await room.order();
    await room.carry();
    const [stored] = room.table.items().filter(({ pk, sk }) => pk.startsWith("message#") && sk === "state");
    expect(stored?.card).toMatchObject({ address: "olena@example.com" });
    expect(JSON.stringify(room.table.items().filter(({ pk }) => pk.startsWith("message#")))).not.toContain("Дякуємо");
  });

  it.each([
    ["uk", "Замовлення 1001 прийнято"],
    ["ru", "Заказ 1001 принят"],
    ["en", "Your order 1001 is confirmed"],
  ])("speaks %s to those who do", async (locale, subject) => {
    const room = await mailroom();
    await room.order({ customer: { ...olena, locale } });
    await room.carry();
    expect(room.mailbox).toMatchObject([{ subject }]);
  });

  it("speaks the store's language to those of whom none is known", async () => {
    const room = await mailroom({ settings: { locale: "ru" } });
    await room.order({ customer: { email: "ivan@example.com" } });
    await room.carry();
    expect(room.mailbox).toMatchObject([{ subject: "Заказ 1001 принят" }]);
  });

  it("is not sent when the order was cancelled meanwhile", async () => {
    const room = await mailroom();
    await room.order();
    await room.order({ status: "cancelled", updatedAt: "2026-11-20T11:00:00.000Z" });
    await room.carry();
    expect(room.mailbox).toEqual([]);
    expect(room.states("message")).toMatchObject([{ status: "skipped", reason: "subject_changed" }]);
  });

  it("is not sent days later, when its event was stuck", async () => {
    const room = await mailroom();
    await room.order({ paymentMethod: "cod" });
    room.clock.advance(2 * DAY_MS);
    await room.carry();
    expect(room.mailbox).toEqual([]);
    expect(room.states("message")).toMatchObject([{ status: "skipped", reason: "stale" }]);
  });

  it("is not even asked for when the order is history or automations are off", async () => {
    const room = await mailroom();
    await room.order({ externalId: "1997", placedAt: "1997-01-01T10:00:00Z" });
    await room.order({ externalId: "quiet", automations: "none" });
    await room.carry();
    expect([room.mailbox, room.states("message"), room.states("enrollment")]).toEqual([[], [], []]);
  });

  it("finds nobody where there is no address, and says so", async () => {
    const room = await mailroom();
    await room.order({ customer: { firstName: "Olena" } });
    await room.carry();
    expect(room.states("message")).toMatchObject([{ status: "skipped", reason: "no_address" }]);
  });

  it("about a test order reaches listed addresses only", async () => {
    const stranger = await mailroom();
    await stranger.order({}, {}, { test: true });
    await stranger.carry();
    expect(stranger.states("message")).toMatchObject([{ status: "skipped", reason: "test_address_unlisted" }]);
    const listed = await mailroom({ env: { MAIL_TEST_ADDRESSES: "dev@kolo.test, Olena@Example.com" } });
    await listed.order({}, {}, { test: true });
    await listed.carry();
    expect(listed.mailbox).toMatchObject([{ to: "olena@example.com" }]);
    expect(listed.events("message.sent")).toMatchObject([{ test: true }]);
  });

  it("lists what was bought with its sums, and how it is paid", async () => {
    const room = await mailroom();
    const shipping = { method: "nova_poshta", price: uah(80_00), address: { city: "Kyiv", line1: "Khreshchatyk 1" } };
    await room.order({ shipping, total: uah(578_00), paymentMethod: "cod" });
    await room.carry();
    const text = (room.mailbox[0]?.text ?? "").replaceAll(/\s/g, " ");
    expect(text).toContain("Дякуємо, Olena!");
    expect(text).toContain("від 20 листопада 2026 р.: 2 товари.");
    expect(text).toContain("- Coffee 250 g × 2: 498,00 ₴");
    expect(text).toContain("Товари: 498,00 ₴ Доставка: 80,00 ₴ Разом: 578,00 ₴");
    expect(text).toContain("Спосіб доставки: Нова пошта, Kyiv, Khreshchatyk 1");
    expect(text).toContain("До сплати під час отримання: 578,00 ₴.");
  });

  it("asks for no money that the platform has, while we wait for the provider's word", async () => {
    const room = await mailroom();
    room.store?.paymentHooks.push("hok_1");
    await room.order({}, { claim: { provider: "shopify", amountMinor: 498_00, at: PLACED_AT } });
    await room.carry();
    expect(room.mailbox[0]?.text).toContain("Замовлення оплачено.");
  });

  it("waits for the provider when it is too busy, and goes later", async () => {
    const room = await mailroom();
    room.office.next.push({ keeps: false, answers: { kind: "transient", reason: "ses:Throttling" } });
    await room.order();
    await room.carry();
    expect(room.states("message")).toMatchObject([{ status: "deferred", reason: "throttled" }]);
    await room.tick();
    expect(room.mailbox).toEqual([]);
    room.clock.advance(HOUR_MS);
    await room.tick();
    expect(room.mailbox).toHaveLength(1);
    expect(room.states("message")).toMatchObject([{ status: "sent", attempts: 2 }]);
    expect(room.table.items().filter(({ sk }) => sk === "due")).toEqual([]);
  });

  it("has failed when the provider will never take it", async () => {
    const room = await mailroom();
    room.office.next.push({ keeps: false, answers: { kind: "permanent", reason: "ses:MessageRejected" } });
    await room.order();
    await room.carry();
    expect(room.states("message")).toMatchObject([{ status: "failed", reason: "ses:MessageRejected" }]);
  });
});
