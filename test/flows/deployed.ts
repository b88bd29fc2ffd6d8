// `npm run test:deployed`: the stories of this folder over a Kolo that plain CDK deployed (docs/emulator.md).
import { startVitest } from "vitest/node";

const WANTED = {
  KOLO_URL: "where its API is",
  AWS_ENDPOINT_URL: "where the emulator is",
  AWS_REGION: "the region it was deployed to",
  AWS_ACCESS_KEY_ID: "any, for the calls that look at what left",
  AWS_SECRET_ACCESS_KEY: "any",
};

/** Runs the stories, then says which were skipped and why. */
async function main(filters: string[]): Promise<void> {
  const missing = Object.entries(WANTED).filter(([name]) => !process.env[name]);
  if (missing.length > 0) {
    const list = missing.map(([name, what]) => `${name} (${what})`).join(", ");
    console.error(`Say where Kolo is deployed: ${list}. docs/emulator.md has the commands.`);
    process.exitCode = 1;
    return;
  }
  const vitest = await startVitest("test", filters, { project: ["flows"], run: true, reporters: ["verbose"] });
  const stories = vitest.state.getTestModules().flatMap((file) => [...file.children.allTests()]);
  const skipped = stories.flatMap((story) => {
    const result = story.result();
    return result.state === "skipped" ? [`- ${story.fullName}: ${result.note ?? "not for a deployment"}`] : [];
  });
  console.log(
    [`\n${stories.length - skipped.length} stories were told, ${skipped.length} skipped`, ...skipped].join("\n"),
  );
  await vitest.close();
}

await main(process.argv.slice(2));
