import { existsSync } from "node:fs";
import type { NounWords } from "../../functions/http/docs/vocabulary.ts";
import { wordsFile } from "../../infra/constructs/route-groups.ts";

/** What the reference says of a route's noun, found as its generator finds it. */
export async function wordsOf(route: { run: `${string}/${string}` }): Promise<NounWords | undefined> {
  const file = new URL(`../../${wordsFile(route)}`, import.meta.url);
  if (!existsSync(file)) return undefined;
  const { words } = (await import(/* @vite-ignore */ file.href)) as { words: NounWords };
  return words;
}
