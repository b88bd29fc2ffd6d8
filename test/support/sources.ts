import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, posix } from "node:path";
import { fileURLToPath } from "node:url";
import { parseAst } from "vitest/node";

/** The repository's root. */
export const ROOT = fileURLToPath(new URL("../..", import.meta.url));

const NOT_OURS = new Set(["node_modules", "cdk.out", "dist", "coverage"]);
const TEXT = /\.(ts|mjs|json|md|liquid|html|css|sh|yml|yaml|txt)$|(^|\/)run$/;

/** A node of a syntax tree (ESTree with TypeScript's own kinds). */
export interface SyntaxNode {
  type: string;
  start: number;
  end: number;
  [part: string]: unknown;
}

/** One file of the repository. */
export interface Source {
  /** Relative to the root, with slashes. */
  path: string;
  text: string;
}

/** One source file with its syntax tree. */
export interface Parsed extends Source {
  nodes: readonly SyntaxNode[];
  imports: readonly string[];
}

/** Every text file of the repository: what is hidden, installed or generated left out. */
export function textFiles(folder = ""): Source[] {
  return readdirSync(join(ROOT, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = posix.join(folder, entry.name);
    if (entry.isDirectory()) return NOT_OURS.has(entry.name) || isHidden(entry.name) ? [] : textFiles(path);
    return TEXT.test(path) ? [{ path, text: readFileSync(join(ROOT, path), "utf8") }] : [];
  });
}

/** The folders of the root that belong to the repository. */
export function rootFolders(): string[] {
  const folders = readdirSync(ROOT, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  return folders.map(({ name }) => name).filter((name) => !NOT_OURS.has(name) && !isHidden(name));
}

/** Parses a source file. */
export function parsed({ path, text }: Source): Parsed {
  const nodes = descendants(parseAst(text, { lang: "ts" }) as unknown as SyntaxNode);
  return { path, text, nodes, imports: nodes.flatMap(importsOf).map((name) => resolved(path, name)) };
}

/** The line of a node, counted from 1. */
export function lineOf({ text }: Source, { start }: Pick<SyntaxNode, "start">): number {
  return text.slice(0, start).split("\n").length;
}

/** What is called or built: `Date.now`, `describe`, `describe.each`; empty when it has no plain name. */
export function nameOf(node: unknown): string {
  const { type, name, object, property, computed, callee } = (node ?? {}) as SyntaxNode;
  if (type === "Identifier") return String(name);
  if (type === "MemberExpression" && computed !== true) return `${nameOf(object)}.${nameOf(property)}`;
  return type === "CallExpression" ? nameOf(callee) : "";
}

function isHidden(name: string): boolean {
  return name.startsWith(".");
}

function descendants(root: SyntaxNode): SyntaxNode[] {
  const found: SyntaxNode[] = [];
  const visit = (value: unknown): void => {
    if (Array.isArray(value)) value.forEach(visit);
    else if (isNode(value)) {
      found.push(value);
      Object.values(value).forEach(visit);
    }
  };
  visit(root);
  return found;
}

function isNode(value: unknown): value is SyntaxNode {
  return typeof value === "object" && value !== null && typeof (value as SyntaxNode).type === "string";
}

const IMPORTING = /^(ImportDeclaration|ExportNamedDeclaration|ExportAllDeclaration|ImportExpression|TSImportType)$/;

function importsOf({ type, source, argument }: SyntaxNode): string[] {
  const from = (source ?? argument) as { value?: unknown } | null;
  return IMPORTING.test(type) && typeof from?.value === "string" ? [from.value] : [];
}

/** A path of ours from the root, or a package's name, or `node:...`. */
function resolved(path: string, name: string): string {
  if (name.startsWith(".")) return posix.join(dirname(path), name);
  if (name.startsWith("node:")) return name;
  return name
    .split("/")
    .slice(0, name.startsWith("@") ? 2 : 1)
    .join("/");
}
