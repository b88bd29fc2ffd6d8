import type { CloudAssembly } from "aws-cdk-lib/cx-api";
import { addStacks, DEFAULT_REGION, environmentOf, newApp } from "../kolo.ts";
import type { Settings } from "../settings.ts";
import * as defaultWiring from "../wiring.ts";
import type { Wiring } from "../wiring-types.ts";

export interface Synthesis {
  /** Where the templates, the assets and `bundles/<function>.json` (esbuild's metafiles) go. */
  outDir: string;
  settings: Settings;
  region?: string;
  /** Without bundles the templates are complete, but the functions have no code. */
  bundles?: boolean;
  wiring?: Wiring;
}

/** Synthesizes the app in this process. Bundles whose sources did not change are taken as they were. */
export function synthesize(asked: Synthesis): CloudAssembly {
  const { outDir, settings, region = DEFAULT_REGION, bundles = true, wiring = defaultWiring } = asked;
  const app = newApp({ outdir: outDir, context: bundles ? {} : { "aws:cdk:bundling-stacks": [] } });
  addStacks(app, { settings, env: environmentOf(settings, { region }), wiring });
  return app.synth();
}
