import { startCloud, stopOnSignals } from "../../../infra/local/cloud.ts";

// A local cloud in a process of its own, so that a test can end it in any way: <assembly> <data directory> <port>.
const [assembly = "", dataDir = "", port = "0"] = process.argv.slice(2);
try {
  const cloud = await startCloud({ assembly, dataDir, port: Number(port), log: (line) => console.error(line) });
  stopOnSignals(cloud);
  console.log(`ready ${cloud.url} ${cloud.endpoint}`);
} catch (error) {
  console.log(`${error instanceof Error ? `${error.name}: ${error.message}` : error}`);
  process.exit(1);
}
