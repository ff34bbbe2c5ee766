// Runs the gas tests and compares their figures with gas.json and with the limits below: more gas than recorded, or than allowed, fails.
//   node tools/gas.mjs           compare
//   node tools/gas.mjs --write   record the figures as they are now
import { spawnSync } from "node:child_process";
import { foundry } from "./foundry.mjs";
import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";

const limits = {
  open: 115_000,
  "permit, deposit and open": 200_000,
  settle: 60_000,
  "settle 50 leases of 50 hosts": 50 * 18_000,
  close: 57_000,
  "open by a mandate": 130_000,
  "top up by a mandate": 60_000,
  "close by a mandate": 60_000,
  "withdraw, first to this address": 62_000,
  "withdraw, further": 62_000,
  "redeem a voucher": 45_000,
  "prove 1 GiB by 4 leaves": 170_000,
  "claim among 4096 hosts": 45_000,
  "claim among 4096 hosts, first": 80_000,
};
const recordPath = "gas.json";
const freshPath = "cache/gas/gas.json";

rmSync(freshPath, { force: true });
const run = spawnSync(foundry("forge"), ["test", "--isolate", "--match-contract", "GasTest"], { encoding: "utf8" });
if (run.status !== 0) fail(`the gas tests failed\n${run.stdout}${run.stderr}`);
if (!existsSync(freshPath)) fail(`forge wrote no ${freshPath}`);
const fresh = numbers(freshPath);
const missing = Object.keys(limits).filter((name) => !(name in fresh));
if (missing.length > 0) fail(`no figure for: ${missing.join("; ")}`);

if (process.argv.includes("--write")) writeFileSync(recordPath, `${JSON.stringify(fresh, null, 2)}\n`);
const recorded = numbers(recordPath);
const names = [...new Set([...Object.keys(fresh), ...Object.keys(recorded)])].sort();
const verdicts = names.map((name) => [name, verdict(name)]);
for (const [name, text] of verdicts) {
  console.log(`${String(fresh[name] ?? "-").padStart(8)}  ${name}${text === "" ? "" : `: ${text}`}`);
}
if (verdicts.some(([, text]) => text !== "" && text !== "less than recorded")) {
  fail("gas is not as recorded in gas.json (npm run gas -- --write records it, and the commit says why)");
}

function verdict(name) {
  if (fresh[name] > limits[name]) return `above its limit of ${limits[name]}`;
  if (!(name in recorded)) return "not recorded";
  if (!(name in fresh)) return "recorded, but no longer measured";
  if (fresh[name] > recorded[name]) return `more than the ${recorded[name]} recorded`;
  return fresh[name] < recorded[name] ? "less than recorded" : "";
}

function numbers(path) {
  if (!existsSync(path)) return {};
  return Object.fromEntries(Object.entries(JSON.parse(readFileSync(path, "utf8"))).map(([k, v]) => [k, Number(v)]));
}

function fail(text) {
  console.error(`gas: ${text}`);
  process.exit(1);
}
