import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { ROOT, textFiles } from "../support/sources.ts";
import { logicalName, templates } from "../support/templates.ts";

const RUNBOOKS = join(ROOT, "docs/runbooks");

/** `SendMessageDeadLetters` -> `dead-letters.md`: queues are helped alike; any other alarm has a page of its own. */
const pageOf = (alarm: string) =>
  alarm.endsWith("DeadLetters")
    ? "dead-letters.md"
    : `${alarm.replace(/(?<!^)[A-Z]/g, (letter) => `-${letter}`).toLowerCase()}.md`;

/** The pages that the doctor's checks name. */
const doctorsPages = () =>
  textFiles()
    .filter(({ path }) => path.startsWith("infra/cli/operator/"))
    .flatMap(({ text }) => [...text.matchAll(/"([\w-]+\.md)"/g)].map(([, page = ""]) => page));

describe("an alarm", () => {
  const pages = [
    ...new Set(
      templates()
        .of("AWS::CloudWatch::Alarm")
        .map(({ id }) => pageOf(logicalName(id))),
    ),
  ].sort();

  it("has a runbook", () => {
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
