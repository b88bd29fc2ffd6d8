import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { EMULATED_ACCOUNT, environmentOf } from "../../infra/kolo.ts";
import { localSettings, readSettings, startSettings } from "../../infra/settings.ts";

const ADDRESSES = {
  ownerEmail: "olena@shop.example",
  financeEmail: "money@shop.example",
  mailSender: "hi@shop.example",
};

function fileOf(content: string): string {
  const path = join(mkdtempSync(join(tmpdir(), "kolo-settings-")), "kolo.json");
  writeFileSync(path, content);
  return path;
}

const read = (context: Record<string, unknown>, { file = {}, account }: { file?: object; account?: string } = {}) => {
  const path = fileOf(JSON.stringify(file));
  return readSettings({ context, file: path, account });
};

describe("the settings", () => {
  it("need nothing where no account is known", () => {
    expect(read({})).toEqual(localSettings());
  });

  it("of a deployment need three addresses, and say so in one sentence", () => {
    expect(() => read({}, { account: "123456789012" })).toThrow(
      'Stage "prod" needs other settings: ownerEmail (missing), financeEmail (missing), mailSender (missing). ' +
        "Pass each as `-c name=value` (to `npm start` as `--name=value`), or write them in kolo.json; " +
        "`-c stage=local` is enough to synthesize.",
    );
    expect(read(ADDRESSES, { account: "123456789012" })).toMatchObject({ stage: "prod", data: "keep" });
  });

  it("that only a deployment needs mean prod, also where no account is known", () => {
    expect(read(ADDRESSES)).toMatchObject({ stage: "prod", data: "keep" });
    expect(read({}, { file: ADDRESSES })).toMatchObject({ stage: "prod", data: "keep" });
    expect(() => read({ ownerEmail: "olena@shop.example" })).toThrow('Stage "prod" needs other settings: financeEmail');
    expect(read({ ...ADDRESSES, stage: "local" })).toMatchObject({ stage: "local", data: "destroy" });
    expect(read({ promoCode: "SALE" })).toMatchObject({ stage: "local" });
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
    expect(() => read({ mailPerSecond: "abc" })).toThrow("mailPerSecond (a whole number)");
    expect(() => read({ tracing: "perhaps" })).toThrow("tracing (true or false)");
  });

  it("refuse a name on the command line that is no setting, and leave the CDK its own", () => {
    expect(() => read({ promoCod: "SALE" })).toThrow('Unrecognized key: "promoCod"');
    const ofTheCdk = { "@aws-cdk/core:newStyleStackSynthesis": true, "aws:cdk:enable-path-metadata": true };
    expect(read(ofTheCdk)).toEqual(localSettings());
  });

  it("that cannot be read as JSON are refused in one sentence", () => {
    const file = fileOf('{ "stage": "prod", }');
    expect(() => readSettings({ context: {}, file })).toThrow(/^kolo\.json is not valid JSON: .+\.$/);
    expect(() => readSettings({ context: {}, file: fileOf("[]") })).toThrow("must hold one JSON object");
    const notJson = { reservedConcurrency: "notjson" };
    expect(() => read(notJson)).toThrow(/^-c reservedConcurrency is not valid JSON: .+\.$/);
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

describe("the settings of npm start", () => {
  const file = { ...ADDRESSES, promoCode: "SALE", financeLocale: "en", throttleRate: 1, stage: "prod" };

  it("take from kolo.json what is harmless, and nothing else", () => {
    const { mailSender } = ADDRESSES;
    expect(startSettings(fileOf(JSON.stringify(file)), [])).toEqual(
      localSettings({ mailSender, promoCode: "SALE", financeLocale: "en" }),
    );
    expect(startSettings("no-such-file.json", [])).toEqual(localSettings());
  });

  it("come from the command line, which wins; an empty one is none", () => {
    const started = (...options: string[]) => startSettings(fileOf(JSON.stringify(file)), options);
    expect(started("--promoCode=NOV10").promoCode).toBe("NOV10");
    expect(started("--promoCode=").promoCode).toBeUndefined();
    expect(started("--mailTestAddresses=a@shop.example, b@shop.example").mailTestAddresses).toEqual([
      "a@shop.example",
      "b@shop.example",
    ]);
  });

  it("refuse what they do not know", () => {
    expect(() => startSettings("", ["--promoCod=X"])).toThrow(
      "There is no option promoCod; there are --empty, --promoCode=",
    );
    expect(() => startSettings("", ["--ownerEmail=a@b.example"])).toThrow("There is no option ownerEmail");
    expect(() => startSettings("", ["--promoCode=a b"])).toThrow("promoCode (up to 40 Latin letters");
  });
});
