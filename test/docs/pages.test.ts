import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, it } from "vitest";
import { routes } from "../../infra/wiring.ts";
import { ROOT, textFiles } from "../support/sources.ts";

interface Page {
  path: string;
  text: string;
}

const pages: Page[] = textFiles().filter(({ path }) => path.endsWith(".md"));

const readMe = pages.find(({ path }) => path === "README.md");

/** What the pages say by a pattern, as `page: what`, where it does not hold. */
const wrong = (pattern: RegExp, holds: (said: string, page: Page) => boolean, among = pages): string[] =>
  among.flatMap((page) =>
    [...page.text.matchAll(pattern)].flatMap(([, said = ""]) => (holds(said, page) ? [] : [`${page.path}: ${said}`])),
  );

/** The anchor that a heading has where pages are read. */
const anchorOf = (heading: string) =>
  heading
    .toLowerCase()
    .replace(/[^\p{L}\p{N} -]/gu, "")
    .replaceAll(" ", "-");

const headingsOf = (path: string): string[] => {
  const { text = "" } = pages.find((page) => page.path === path) ?? {};
  return [...text.matchAll(/^#+ (.+)$/gm)].map(([, heading = ""]) => anchorOf(heading));
};

/** `/v1/orders/$ORDER/stage` and `/v1/orders/{orderId}/stage` are one route. */
const formOf = (route: string) => route.replaceAll(/\{\w+\}|\$\w+|ext:[^/]*/g, "*");
const forms = new Set(routes.map(({ on }) => formOf(on)));

describe("a page", () => {
  it("links to pages and headings that are there", () => {
    const holds = (link: string, { path }: Page) => {
      if (/^https?:/.test(link)) return true;
      const [to = "", anchor] = link.split("#");
      const target = to === "" ? path : join(dirname(path), to);
      return existsSync(join(ROOT, target)) && (anchor === undefined || headingsOf(target).includes(anchor));
    };
    expect(wrong(/\]\(([^)\s]+)\)/g, holds)).toEqual([]);
  });

  it("names files and folders that are there", () => {
    const holds = (named: string) => /[<*|]|\.{3}|cdk\.out/.test(named) || existsSync(join(ROOT, named));
    expect(wrong(/`((?:docs|domain|events|functions|infra|test)\/[^\s`:#]*)/g, holds)).toEqual([]);
  });

  it("names functions that their files have", () => {
    const texts = new Map(textFiles().map(({ path, text }) => [path, text]));
    const holds = (said: string) => {
      const [file = "", names = ""] = said.split("`: `");
      return names.split("`, `").every((name) => texts.get(file)?.includes(name.split(".").at(-1) ?? name));
    };
    expect(wrong(/`((?:functions|domain)\/[\w/-]+\.ts`: `[\w.]+(?:`, `[\w.]+)*)/g, holds)).toEqual([]);
  });

  it("of a folder names files that are there", () => {
    const readmes = pages.filter(({ path }) => path.endsWith("/README.md") && !path.startsWith("docs/"));
    const files = textFiles().map(({ path }) => path);
    const holds = (named: string) => files.some((file) => file.endsWith(`/${named}`));
    expect(wrong(/`([\w-]+(?:\.[\w-]+)*\.(?:ts|mjs|tsx))`/g, holds, readmes)).toEqual([]);
  });

  it("calls nothing unserved that is served", () => {
    const [, section = ""] = /## Not served yet\n(.*?)\n## /s.exec(readMe?.text ?? "") ?? [];
    const paths = new Set([...forms].map((form) => form.split(" ")[1]));
    const told = [...section.matchAll(/`(\/v1\/[^\s`]+)`/g)].map(([, path = ""]) => formOf(path));
    expect(told.length).toBeGreaterThan(5);
    expect(told.filter((path) => paths.has(path))).toEqual([]);
  });

  it("speaks of routes that Kolo has", () => {
    const holds = (route: string) => forms.has(formOf(route));
    expect(wrong(/`((?:GET|POST|PATCH|PUT|DELETE) \/(?!_local)[^\s`?,]*)/g, holds)).toEqual([]);
  });
});
