import { CannotStart } from "./errors.ts";
import type { Template } from "./topology-assembly.ts";

/** Where the values that a template names come from. */
export interface Scope {
  stack: string;
  template: Template;
  /** `Ref` of a resource, parameter or pseudo parameter; `undefined` removes the member (AWS::NoValue). */
  ref(logicalId: string): unknown;
  attribute(logicalId: string, name: string): unknown;
  imported(name: string): unknown;
}

type Intrinsic = (argument: unknown, scope: Scope) => unknown;

/** Resolves every intrinsic function of a template's value; an unknown one stops the start. */
export function resolveValue(value: unknown, scope: Scope): unknown {
  if (Array.isArray(value)) return value.map((each) => resolveValue(each, scope)).filter((each) => each !== undefined);
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value);
  const [only] = entries;
  if (entries.length === 1 && only && isIntrinsic(only[0])) return call(only[0], only[1], scope);
  const members = entries.map(([name, member]): [string, unknown] => [name, resolveValue(member, scope)]);
  return Object.fromEntries(members.filter(([, member]) => member !== undefined));
}

/** Whether a condition of the template holds. */
export function holds(name: string, scope: Scope): boolean {
  const condition = scope.template.Conditions?.[name];
  if (condition === undefined) throw unknown(scope, `the condition ${name}`);
  return Boolean(resolveValue(condition, scope));
}

function isIntrinsic(name: string): boolean {
  return name === "Ref" || name === "Condition" || name.startsWith("Fn::");
}

function call(name: string, argument: unknown, scope: Scope): unknown {
  // A policy document has members named Condition too; only a reference by name is the intrinsic.
  if (name === "Condition" && typeof argument !== "string") return { Condition: resolveValue(argument, scope) };
  const intrinsic = INTRINSICS[name];
  if (!intrinsic) throw unknown(scope, `the intrinsic function ${name}`);
  return intrinsic(argument, scope);
}

const INTRINSICS: Record<string, Intrinsic> = {
  Ref: (argument, scope) => scope.ref(String(argument)),
  Condition: (argument, scope) => holds(String(argument), scope),
  "Fn::GetAtt"(argument, scope) {
    const [id, ...path] = Array.isArray(argument) ? argument : String(argument).split(".");
    return scope.attribute(String(id), path.map((part) => String(resolveValue(part, scope))).join("."));
  },
  "Fn::Join"(argument, scope) {
    const [separator, parts] = listOf(argument, scope);
    return asList(parts).map(String).join(String(separator));
  },
  "Fn::Split"(argument, scope) {
    const [separator, text] = listOf(argument, scope);
    return String(text).split(String(separator));
  },
  "Fn::Select"(argument, scope) {
    const [index, list] = listOf(argument, scope);
    return asList(list)[Number(index)];
  },
  "Fn::Sub": (argument, scope) => substitute(argument, scope),
  "Fn::ImportValue": (argument, scope) => scope.imported(String(resolveValue(argument, scope))),
  "Fn::If"(argument, scope) {
    const [condition, yes, no] = argument as [string, unknown, unknown];
    return resolveValue(holds(condition, scope) ? yes : no, scope);
  },
  "Fn::Equals"(argument, scope) {
    const [left, right] = listOf(argument, scope);
    return JSON.stringify(left) === JSON.stringify(right);
  },
  "Fn::And": (argument, scope) => listOf(argument, scope).every(Boolean),
  "Fn::Or": (argument, scope) => listOf(argument, scope).some(Boolean),
  "Fn::Not": (argument, scope) => !listOf(argument, scope)[0],
  "Fn::FindInMap"(argument, scope) {
    const [map, top, second] = listOf(argument, scope).map(String);
    const found = scope.template.Mappings?.[map ?? ""]?.[top ?? ""]?.[second ?? ""];
    if (found === undefined) throw unknown(scope, `the mapping ${map}.${top}.${second}`);
    return found;
  },
  "Fn::Base64": (argument, scope) => Buffer.from(String(resolveValue(argument, scope))).toString("base64"),
  "Fn::Length": (argument, scope) => asList(resolveValue(argument, scope)).length,
  "Fn::ToJsonString": (argument, scope) => JSON.stringify(resolveValue(argument, scope)),
  "Fn::GetAZs": (_argument, scope) => ["a", "b", "c"].map((zone) => `${scope.ref("AWS::Region")}${zone}`),
};

function substitute(argument: unknown, scope: Scope): string {
  const [text, values] = (Array.isArray(argument) ? argument : [argument, {}]) as [string, Record<string, unknown>];
  return text.replace(/\$\{(!?)([^}]+)\}/g, (_match, literal: string, name: string) => {
    if (literal) return `\${${name}}`;
    if (Object.hasOwn(values, name)) return String(resolveValue(values[name], scope));
    const [id = "", ...path] = name.split(".");
    return String(path.length > 0 ? scope.attribute(id, path.join(".")) : scope.ref(id));
  });
}

function listOf(argument: unknown, scope: Scope): unknown[] {
  return asList(resolveValue(argument, scope));
}

function asList(value: unknown): unknown[] {
  return Array.isArray(value) ? value : String(value ?? "").split(",");
}

function unknown(scope: Scope, what: string): CannotStart {
  return new CannotStart(`The stack ${scope.stack} uses ${what}, which the local cloud does not know.`);
}
