import { randomInt } from "node:crypto";

/** How a template (or GetRandomPassword) wants a password. */
export interface PasswordRules {
  PasswordLength?: number | string;
  ExcludeCharacters?: string;
  ExcludeLowercase?: boolean;
  ExcludeUppercase?: boolean;
  ExcludeNumbers?: boolean;
  ExcludePunctuation?: boolean;
  IncludeSpace?: boolean;
  RequireEachIncludedType?: boolean;
}

/** `GenerateSecretString` of a template. */
export interface SecretRules extends PasswordRules {
  SecretStringTemplate?: string;
  GenerateStringKey?: string;
}

const LOWER = "abcdefghijklmnopqrstuvwxyz";
const NUMBERS = "0123456789";
const PUNCTUATION = "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~";

/** A random password of the asked length, with at least one character of each kind unless that is switched off. */
export function randomPassword(rules: PasswordRules): string {
  const length = Number(rules.PasswordLength ?? 32);
  const excluded = new Set(rules.ExcludeCharacters ?? "");
  const kinds = [
    rules.ExcludeLowercase ? "" : LOWER,
    rules.ExcludeUppercase ? "" : LOWER.toUpperCase(),
    rules.ExcludeNumbers ? "" : NUMBERS,
    rules.ExcludePunctuation ? "" : PUNCTUATION,
    rules.IncludeSpace ? " " : "",
  ]
    .map((kind) => [...kind].filter((character) => !excluded.has(character)))
    .filter((kind) => kind.length > 0);
  const required = rules.RequireEachIncludedType === false ? [] : kinds.map(pick);
  const all = kinds.flat();
  const characters = [...required, ...Array.from({ length: length - required.length }, () => pick(all))];
  for (let last = characters.length - 1; last > 0; last--) {
    const other = randomInt(last + 1);
    [characters[last], characters[other]] = [characters[other] ?? "", characters[last] ?? ""];
  }
  return characters.slice(0, length).join("");
}

/** The text of a generated secret: the password, or the template's JSON with the password in it. */
export function generatedSecret(rules: SecretRules): string {
  const password = randomPassword(rules);
  if (!rules.SecretStringTemplate || !rules.GenerateStringKey) return password;
  return JSON.stringify({ ...JSON.parse(rules.SecretStringTemplate), [rules.GenerateStringKey]: password });
}

function pick(characters: readonly string[]): string {
  return characters[randomInt(characters.length)] ?? "";
}
