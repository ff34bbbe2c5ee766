// Measures which lines and branches of src/ the unit tests reach, and fails at 95 % or less of either.
import { spawnSync } from "node:child_process";
import { foundry } from "./foundry.mjs";
import { readFileSync } from "node:fs";

const least = 95;
const report = "cache/lcov.info";
const args = ["coverage", "--report", "lcov", "--report-file", report, "--no-match-contract", "(Invariants|GasTest)$", ...process.argv.slice(2)];
const run = spawnSync(foundry("forge"), args, { encoding: "utf8" });
if (run.status !== 0) {
  console.error(`${run.stdout}${run.stderr}`);
  process.exit(1);
}

const sum = { LF: 0, LH: 0, BRF: 0, BRH: 0 };
for (const record of readFileSync(report, "utf8").split("end_of_record")) {
  const file = /^SF:(.*)$/m.exec(record)?.[1];
  if (!file?.startsWith("src/")) continue;
  const found = Object.fromEntries(Object.keys(sum).map((key) => [key, Number(new RegExp(`^${key}:(\\d+)$`, "m").exec(record)?.[1] ?? 0)]));
  for (const key of Object.keys(sum)) sum[key] += found[key];
  const missed = [...record.matchAll(/^DA:(\d+),0$/gm)].map((m) => m[1]);
  const branches = [...record.matchAll(/^BRDA:(\d+),\d+,\d+,(?:0|-)$/gm)].map((m) => m[1]);
  console.log(`${percent(found.LH, found.LF)} lines  ${percent(found.BRH, found.BRF)} branches  ${file}` + at("lines", missed) + at("branches", branches));
}
console.log(`${percent(sum.LH, sum.LF)} lines  ${percent(sum.BRH, sum.BRF)} branches  all`);
if (sum.LF === 0 || sum.LH * 100 <= sum.LF * least || sum.BRH * 100 <= sum.BRF * least) {
  console.error(`coverage: more than ${least} % of lines and branches are needed`);
  process.exit(1);
}

function percent(part, whole) {
  return `${(whole === 0 ? 100 : (100 * part) / whole).toFixed(1)} %`.padStart(8);
}

function at(what, places) {
  return places.length === 0 ? "" : `; ${what} not reached: ${[...new Set(places)].join(", ")}`;
}
