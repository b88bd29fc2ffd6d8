// A local cloud over templates that are synthesized already, in a process that may be killed.
import { startCloud, stopOnSignals } from "../../infra/local/cloud.ts";

const [assembly = "", dataDir = "", port = "0"] = process.argv.slice(2);
const cloud = await startCloud({ assembly, dataDir, port: Number(port) });
stopOnSignals(cloud);
console.log(`ready ${cloud.url}`);
