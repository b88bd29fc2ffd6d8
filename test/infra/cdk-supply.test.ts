import { readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { type Dependency, dependencies, staleReasons } from "../support/dependencies.ts";
import { ROOT } from "../support/sources.ts";

interface Locked {
  dev?: boolean;
  hasInstallScript?: boolean;
  /** Comes inside of another package, whose content is known. */
  inBundle?: boolean;
  integrity?: string;
  resolved?: string;
}

/** Bundles that are not in the cache are built first. */
const BUNDLING_MS = 180_000;

const read = (file: string) => readFileSync(join(ROOT, file), "utf8");
const manifest = JSON.parse(read("package.json"));
const { "": root, ...locked } = JSON.parse(read("package-lock.json")).packages as Record<string, Locked>;

describe("a runtime dependency", () => {
  let direct: Dependency[];
  beforeAll(() => {
    direct = dependencies();
  }, BUNDLING_MS);

  it("is in a bundle at least", () =>
    expect(direct.filter(({ bundles }) => bundles.length === 0).map(({ name }) => name)).toEqual([]));

  it("has a reason, and no reason is left of one that is gone", () => {
    expect(direct.filter(({ why }) => why === undefined).map(({ name }) => name)).toEqual([]);
    expect(staleReasons(direct)).toEqual([]);
  });
});

describe("the lock file", () => {
  it("agrees with package.json, which names exact versions", () => {
    const { dependencies: runtime, devDependencies } = manifest;
    expect(root).toMatchObject({ dependencies: runtime, devDependencies });
    const loose = Object.entries({ ...runtime, ...devDependencies }).filter(
      ([, version]) => !/^\d/.test(String(version)),
    );
    expect(loose).toEqual([]);
  });

  it("knows every package by its content, and no registry", () => {
    const packages = Object.entries(locked);
    const unknown = packages.filter(([, { inBundle, integrity }]) => !inBundle && !integrity?.startsWith("sha512-"));
    expect(unknown.map(([path]) => path)).toEqual([]);
    expect(packages.filter(([, { resolved }]) => resolved !== undefined)).toEqual([]);
  });

  it("lets two packages run something when they are installed, and npm refuses any other", () => {
    const running = Object.keys(locked).filter((path) => locked[path]?.hasInstallScript);
    expect(running.map((path) => path.replace(/^.*node_modules\//, "")).sort()).toEqual(["esbuild", "node"]);
    expect(manifest.allowScripts).toEqual({ node: true, esbuild: true });
    expect(read(".npmrc")).toContain("strict-allow-scripts=true");
  });
});
