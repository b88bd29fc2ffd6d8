import * as z from "zod";
import { languageOf } from "../../../domain/customer/language.ts";
import { isTimeZone } from "../../../domain/kernel/calendar.ts";
import { isCountry } from "../../../domain/kernel/country.ts";
import { own } from "../../../domain/kernel/own.ts";
import { StoreSettings } from "../../../events/store.ts";
import { fact, Instant, id, Locale, StoreId } from "../../../events/values.ts";
import type { StoredStore } from "../../table/store-reader.ts";

const { shape } = StoreSettings;
/** A language as people write it; a store's own is one that letters are written in. */
const language = fact(
  z
    .string()
    .max(120)
    .transform((text, context): Locale => {
      const locale = languageOf(text);
      if (locale === undefined) context.addIssue({ code: "custom", message: `One of ${Locale.options.join(", ")}` });
      return locale ?? z.NEVER;
    }),
);
const webAddress = fact(z.url({ protocol: /^https?$/, error: "An address such as https://shop.example" }).max(300));

/** The settings of a store as an owner gives them, checked against the world's lists. */
export const SettingsInput = StoreSettings.extend({
  timeZone: shape.timeZone.refine(isTimeZone, "There is no such time zone; one is named like Europe/Kyiv."),
  country: shape.country.refine(isCountry, "There is no such country in ISO 3166-1."),
  /** Absent = by the country. */
  locale: language.optional(),
  url: webAddress.optional(),
  origins: z
    .array(fact(webAddress.transform((address) => new URL(address).origin)))
    .max(20)
    .optional(),
});

const LOCALES: Record<string, Locale> = { UA: "uk", BY: "ru", KG: "ru", KZ: "ru", RU: "ru" };

/** The language of a store whose owner named none. */
export const localeOf = (country: string): Locale => own(LOCALES, country) ?? "en";

/** A store as every route answers it. */
export const StoreAnswer = StoreSettings.extend({ id: StoreId, openedAt: Instant, version: fact(z.int()) }).meta({
  id: "Store",
});

/** The store as the contract shows it. */
export const presentStore = ({ version, state }: StoredStore) => ({
  id: state.storeId,
  ...state.settings,
  openedAt: state.openedAt,
  version,
});

export const KeyMode = fact(z.enum(["live", "test", "publishable"]));

/** A key; its secret is shown once, when it is made. */
export const KeyAnswer = z
  .strictObject({
    id: id(z.string()),
    storeId: StoreId,
    mode: KeyMode,
    key: id(z.string()).optional(),
  })
  .meta({ id: "Key" });

export const StorePath = z.strictObject({ storeId: StoreId });
