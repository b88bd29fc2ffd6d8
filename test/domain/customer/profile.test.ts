import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Identity } from "../../../domain/customer/identity.ts";
import {
  emptyProfile,
  fieldOf,
  IDENTITIES_MAX,
  mergeProfile,
  type Profile,
  type ProfileFields,
} from "../../../domain/customer/profile.ts";
import { converges } from "../../support/convergence.ts";
import { minute } from "../../support/order-facts.ts";

interface Told {
  identities: Identity[];
  fields: ProfileFields;
  at: string;
}

const told = (at: string, fields: ProfileFields, ...identities: Identity[]): Told => ({ identities, fields, at });
const email = (value: string): Identity => ({ kind: "email", value });
const profileOf = (...all: readonly Told[]): Profile =>
  all.reduce((profile, one) => mergeProfile(profile, one).profile, emptyProfile);

describe("the personal part of a card", () => {
  it("takes what was told later, whenever it is heard", () => {
    const first = told(minute(1), { firstName: "Olena" });
    const second = told(minute(2), { firstName: "Olha" });
    expect(fieldOf(profileOf(first, second), "firstName")).toBe("Olha");
    expect(fieldOf(profileOf(second, first), "firstName")).toBe("Olha");
  });

  it("keeps what was told before when nothing is said of it", () => {
    const profile = profileOf(
      told(minute(1), { firstName: "Olena" }),
      told(minute(2), { lastName: "Koval", firstName: "" }),
    );
    expect(fieldOf(profile, "firstName")).toBe("Olena");
    expect(fieldOf(profile, "lastName")).toBe("Koval");
  });

  it("says which attributes have another value now, not which were told again", () => {
    const known = profileOf(told(minute(1), { firstName: "Olena", lastName: "Koval" }));
    expect(mergeProfile(known, told(minute(2), { firstName: "Olena", lastName: "Bondar" })).changed).toEqual([
      "lastName",
    ]);
  });

  it("learns each e-mail, phone and platform id once", () => {
    const phone: Identity = { kind: "phone", value: "+380671234567" };
    const external: Identity = { kind: "external", value: "sto_1:7" };
    const once = mergeProfile(emptyProfile, told(minute(1), {}, email("a@b.ua"), phone, external));
    expect(once.identified).toHaveLength(3);
    expect(once.profile).toMatchObject({ emails: ["a@b.ua"], phones: ["+380671234567"], externals: ["sto_1:7"] });
    expect(mergeProfile(once.profile, told(minute(2), {}, email("a@b.ua"), phone)).identified).toEqual([]);
  });

  it("does not grow without end", () => {
    const many = Array.from({ length: IDENTITIES_MAX + 5 }, (_, index) =>
      told(minute(index), {}, email(`${index}@b.ua`)),
    );
    expect(profileOf(...many).emails).toHaveLength(IDENTITIES_MAX);
  });

  it("is one whatever the order of arrival and however often it is told", () => {
    const text = fc.constantFrom("Olena", "Olha", "Oksana", undefined);
    const anything = fc
      .record({ at: fc.nat(5).map(minute), firstName: text, lastName: text, locale: text, address: fc.nat(3) })
      .map(({ at, address, ...fields }) => told(at, fields, email(`${address}@b.ua`)));
    converges(anything, (all) => {
      const { emails, fields } = profileOf(...all);
      return { emails: [...emails].sort(), fields };
    });
  });
});
