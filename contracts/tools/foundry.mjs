// Finds Foundry's native programs in the installed packages. The packages' own start scripts end with 0 also where the program has failed.
//   node tools/foundry.mjs forge test ...
import { spawnSync } from "node:child_process";
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";

export function foundry(program) {
  const platform = { darwin: "darwin", linux: "linux", win32: "win32" }[process.platform];
  const machine = { arm64: "arm64", x64: "amd64" }[process.arch];
  const suffix = platform === "win32" ? ".exe" : "";
  return createRequire(import.meta.url).resolve(`@foundry-rs/${program}-${platform}-${machine}/bin/${program}${suffix}`);
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const [program, ...args] = process.argv.slice(2);
  const run = spawnSync(foundry(program), args, { stdio: "inherit" });
  if (run.error) console.error(String(run.error));
  process.exit(run.status ?? 1);
}
