import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { EMULATED_ACCOUNT, environmentOf } from "../../infra/kolo.ts";
import { localSettings, readSettings } from "../../infra/settings.ts";

const ADDRESSES = {
  ownerEmail: "olena@shop.example",
  financeEmail: "money@shop.example",
  mailSender: "hi@shop.example",
};

const read = (context: Record<string, unknown>, { file = {}, account }: { file?: object; account?: string } = {}) => {
  const path = join(mkdtempSync(join(tmpdir(), "kolo-settings-")), "kolo.json");
  writeFileSync(path, JSON.stringify(file));
  return readSettings({ context: (name) => context[name], file: path, account });
};

describe("the settings", () => {
  it("need nothing where no account is known", () => {
    expect(read({})).toEqual(localSettings());
  });

  it("of a deployment need three addresses, and say so in one sentence", () => {
    expect(() => read({}, { account: "123456789012" })).toThrow(
      'Stage "prod" needs other settings: ownerEmail (missing), financeEmail (missing), mailSender (missing). ' +
        "Pass each as `-c name=value`, or write them in kolo.json; `-c stage=local` is enough to synthesize.",
    );
    expect(read(ADDRESSES, { account: "123456789012" })).toMatchObject({ stage: "prod", data: "keep" });
  });

  it("come from kolo.json, and the command line wins", () => {
    const file = { ...ADDRESSES, stage: "test", throttleRate: 10 };
    expect(read({ throttleRate: "20" }, { file })).toMatchObject({ stage: "test", throttleRate: 20 });
  });

  it("read lists, maps and switches from the command line", () => {
    const context = {
      corsOrigins: "https://a.example, https://b.example",
      mailTestAddresses: "dev@shop.example, qa@shop.example",
      reservedConcurrency: '{"webhooks":5}',
      tracing: "false",
    };
    expect(read(context)).toMatchObject({
      corsOrigins: ["https://a.example", "https://b.example"],
      mailTestAddresses: ["dev@shop.example", "qa@shop.example"],
      reservedConcurrency: { webhooks: 5 },
      tracing: false,
    });
  });

  it("refuse what they do not know or what cannot be", () => {
    expect(() => read({}, { file: { financeMail: "x@y.example" } })).toThrow('Unrecognized key: "financeMail"');
    expect(() => read({ logRetentionDays: "31" })).toThrow("logRetentionDays (one of 1, 3, 5,");
  });
});

describe("an identity provider of one's own", () => {
  it("is named with the audience of its tokens, or not at all", () => {
    const own = { jwtIssuer: "https://id.shop.example", jwtAudience: "kolo" };
    expect(read(own)).toMatchObject(own);
    expect(() => read({ jwtIssuer: own.jwtIssuer })).toThrow("jwtAudience (missing)");
    expect(() => read({ jwtAudience: "kolo" })).toThrow("jwtAudience (goes together with jwtIssuer)");
  });
});

describe("stage local", () => {
  it("goes to emulators only, whatever account the credentials are of", () => {
    expect(environmentOf(localSettings(), { account: "123456789012", region: "eu-west-1" })).toEqual({
      account: EMULATED_ACCOUNT,
      region: "eu-west-1",
    });
  });
});
