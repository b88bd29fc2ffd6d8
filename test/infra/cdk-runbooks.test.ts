import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { ROOT, textFiles } from "../support/sources.ts";
import { logicalName, templates } from "../support/templates.ts";

const RUNBOOKS = join(ROOT, "docs/runbooks");

/** The page that an alarm's own description names. */
const pageOf = ({ AlarmDescription }: { AlarmDescription: string }) =>
  /^\S.+\. See docs\/runbooks\/([\w-]+\.md)\.$/.exec(AlarmDescription)?.[1] ?? `no page: ${AlarmDescription}`;

/** The pages that the doctor's checks name. */
const doctorsPages = () =>
  textFiles()
    .filter(({ path }) => path.startsWith("infra/cli/operator/"))
    .flatMap(({ text }) => [...text.matchAll(/"([\w-]+\.md)"/g)].map(([, page = ""]) => page));

const kebab = (id: string) =>
  logicalName(id)
    .replace(/(?<!^)[A-Z]/g, (letter) => `-${letter}`)
    .toLowerCase();

describe("an alarm", () => {
  const cloud = templates();
  const alarms = cloud.of("AWS::CloudWatch::Alarm");
  // A budget has no description: its page is its name.
  const budgets = cloud.of("AWS::Budgets::Budget").map(({ id }) => `${kebab(id)}.md`);
  const pages = [...new Set([...alarms.map(({ properties }) => pageOf(properties)), ...budgets])].sort();

  it("names its runbook, which is there", () => {
    expect(pages.filter((page) => !existsSync(join(RUNBOOKS, page)))).toEqual([]);
  });

  it("or a finding of the doctor is what every runbook is about, and each is in their list", () => {
    const there = readdirSync(RUNBOOKS).filter((name) => name !== "README.md");
    const known = [...new Set([...pages, ...doctorsPages().filter((page) => page !== "README.md")])];
    expect(there.sort()).toEqual(known.sort());
    const list = readFileSync(join(RUNBOOKS, "README.md"), "utf8");
    expect(there.filter((page) => !list.includes(`(${page})`))).toEqual([]);
  });
});
