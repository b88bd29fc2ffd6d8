import { describe, expect, it } from "vitest";
import {
  JSON_DEPTH_MAX,
  JSON_KEYS_MAX,
  JSON_VALUES_MAX,
  readJson,
  UnreadableJson,
} from "../../../functions/shell/json.ts";

const read = (text: string) => readJson(Buffer.from(text));

const codeOf = (bytes: Uint8Array | string) => {
  try {
    readJson(typeof bytes === "string" ? Buffer.from(bytes) : bytes);
  } catch (error) {
    if (error instanceof UnreadableJson) return error.code;
    throw error;
  }
  return "accepted";
};

const nested = (depth: number) => "[".repeat(depth) + "]".repeat(depth);

describe("a JSON body", () => {
  it("is read as it stands", () => {
    const text = '{"a":[1,-2,true,null,"Привіт 😀"],"b":{"c":{}},"":""}';
    expect(read(text)).toEqual(JSON.parse(text));
    expect(read(`\ufeff${text}`)).toEqual(JSON.parse(text));
    expect(read(' "only a text" ')).toBe("only a text");
  });

  it("loses no digit: what a float cannot hold comes back as its text", () => {
    expect(read("[9007199254740991,9007199254740992,-9007199254740993]")).toEqual([
      9007199254740991,
      "9007199254740992",
      "-9007199254740993",
    ]);
    expect(read("[398.00,0.1,1e3,12345678901234567890123456789012345678901]")).toEqual([
      "398.00",
      "0.1",
      "1e3",
      "12345678901234567890123456789012345678901",
    ]);
  });

  it("nests to the limit and no deeper", () => {
    expect(codeOf(nested(JSON_DEPTH_MAX))).toBe("accepted");
    expect(codeOf(nested(JSON_DEPTH_MAX + 1))).toBe("json_too_deep");
    expect(codeOf(`{"a":${nested(JSON_DEPTH_MAX)}}`)).toBe("json_too_deep");
    expect(codeOf('{"a":"[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[["}')).toBe("accepted");
    expect(codeOf("[".repeat(1_000_000))).toBe("json_too_deep");
  });

  it("holds so many values and no more, on whatever level", () => {
    const list = (count: number) => `[${Array(count).fill("0").join()}]`;
    const values = Array(JSON_VALUES_MAX / 4).fill('{"a":[0,0]}');
    expect(codeOf(list(JSON_VALUES_MAX))).toBe("accepted");
    expect(codeOf(list(JSON_VALUES_MAX + 1))).toBe("json_too_large");
    expect(codeOf(`[${values.join()}]`)).toBe("accepted");
    expect(codeOf(`[${[...values, 0].join()}]`)).toBe("json_too_large");
    expect(codeOf(`["${",[".repeat(JSON_VALUES_MAX)}"]`)).toBe("accepted");
  });

  it("has so many keys in one object and no more", () => {
    const keys = (count: number) => Array.from({ length: count }, (_, index) => `"${index}":{}`).join();
    expect(codeOf(`[{${keys(JSON_KEYS_MAX)}},{${keys(JSON_KEYS_MAX)}}]`)).toBe("accepted");
    expect(codeOf(`{${keys(JSON_KEYS_MAX + 1)}}`)).toBe("json_too_large");
  });

  it("names no key of one object twice, however it is spelled", () => {
    expect(codeOf('{"a":1,"a":1}')).toBe("json_duplicate_key");
    expect(codeOf('{"a":1,"\\u0061":2}')).toBe("json_duplicate_key");
    expect(codeOf('{"x":[{"a":1,"b":{"a":1}},{"a":1}],"a":0}')).toBe("accepted");
    expect(codeOf('{"x":[{"a":1,"b":{},"a":2}]}')).toBe("json_duplicate_key");
    expect(codeOf('{"a":"a","b":"a","c":["a","a"]}')).toBe("accepted");
    expect(codeOf('{"a\\"":1,"a":2,"a\\\\":3}')).toBe("accepted");
  });

  it("reaches no prototype, however it is spelled", () => {
    expect(codeOf('{"__proto__":{"admin":true}}')).toBe("json_forbidden_key");
    expect(codeOf('{"a":[{"__pr\\u006fto__":1}]}')).toBe("json_forbidden_key");
    expect(codeOf('{"a":"__proto__","b":["__proto__"]}')).toBe("accepted");
  });

  it("is UTF-8", () => {
    expect(codeOf(Buffer.from([0x22, 0xc3, 0x28, 0x22]))).toBe("json_not_utf8");
    expect(codeOf(Buffer.from([0x22, 0xed, 0xa0, 0x80, 0x22]))).toBe("json_not_utf8");
    expect(codeOf(Buffer.from([0x22, 0xc0, 0xaf, 0x22]))).toBe("json_not_utf8");
    expect(codeOf(Buffer.from('"x"', "utf16le"))).not.toBe("accepted");
  });

  it("holds whole characters only", () => {
    expect(codeOf('{"a":["\\ud83d\\ude00"]}')).toBe("accepted");
    expect(codeOf('{"a":["\\ud83d"]}')).toBe("json_not_unicode");
    expect(codeOf('"\\ude00\\ud83d"')).toBe("json_not_unicode");
    expect(codeOf('{"\\ud83d":1}')).toBe("json_not_unicode");
  });

  it("is valid JSON", () => {
    for (const text of [
      "",
      " ",
      "{",
      "}",
      '{"a"}',
      '{"a":1,}',
      "[1,]",
      "nul",
      "NaN",
      "01",
      "'a'",
      '"a',
      '"\\x"',
      "{}{}",
    ]) {
      expect(codeOf(text), text).toBe("json_not_readable");
    }
    expect(codeOf('{"a\\q":1}')).toBe("json_not_readable");
    expect(codeOf('"tab\there"')).toBe("json_not_readable");
  });

  it("is read in time that grows with its length alone", () => {
    const started = performance.now();
    expect(codeOf(`"${'\\"'.repeat(500_000)}`)).toBe("json_not_readable");
    expect(codeOf(`{"a":"${"\\\\".repeat(500_000)}"}`)).toBe("accepted");
    expect(codeOf(`{"a":"${"x".repeat(4_000_000)}"}`)).toBe("accepted");
    expect(codeOf(`"${"\\".repeat(1_000_001)}`)).toBe("json_not_readable");
    expect(performance.now() - started).toBeLessThan(2_000);
  });
});
