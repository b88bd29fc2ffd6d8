/** Characters of a name that a greeting says at most. */
export const NAME_MAX = 60;

/** Line ends and other controls, and what turns the direction of writing. */
const CONTROLS = "\\p{Cc}\\p{Zl}\\p{Zp}\\u202a-\\u202e\\u2066-\\u2069";
const CONTROL = new RegExp(`[${CONTROLS}]`, "u");
const GAP = new RegExp(`[${CONTROLS}\\s]+`, "gu");
/** What every mail program makes a link of; behind a mere dot, a name has a host and an address has a street. */
const LINK = /:\/\/|\bwww\./i;
const HOST = /[\p{L}\p{N}]\.\p{L}{2}|@/u;

/** What somebody wrote, on one line. */
export const oneLine = (text: string): string => text.replaceAll(GAP, " ").trim();

/** True when a text holds the address of a page. */
export const hasLink = (text: string): boolean => LINK.test(text);

/**
 * A name as a letter greets by it; nothing where it may be more than a name. Anybody can have a letter sent to anybody
 * by ordering for them, so a name must carry no words of a stranger and no link.
 */
export function greetable(name: string | undefined): string | undefined {
  if (name === undefined || [...name].length > NAME_MAX) return undefined;
  if (CONTROL.test(name) || hasLink(name) || HOST.test(name)) return undefined;
  return oneLine(name) || undefined;
}
