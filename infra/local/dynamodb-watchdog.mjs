// Runs a command and ends it when our standard input closes, which it does however the parent dies.
import { spawn } from "node:child_process";

const [command, ...parameters] = process.argv.slice(2);
const child = spawn(command, parameters, { stdio: ["ignore", "inherit", "inherit"] });
const end = () => child.kill("SIGKILL");
process.stdin.on("end", end).on("close", end).on("error", end).resume();
child.on("error", (error) => {
  console.error(error.message);
  process.exit(127);
});
child.on("exit", (code) => process.exit(code ?? 1));
if (child.pid !== undefined) console.log(`pid ${child.pid}`);
