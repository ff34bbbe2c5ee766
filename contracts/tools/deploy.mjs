// Deploys what deploy.json says. `chain` sends: send(wallet, to or null, data) gives { gasUsed, created }, call(to, data) gives
// bytes as hex, nonce(address) gives the next nonce. The Java module does the same from the same file.
import { readFileSync } from "node:fs";
import { AbiCoder, Interface, getCreateAddress } from "ethers";

const root = new URL("../", import.meta.url);
const plan = JSON.parse(readFileSync(new URL("deploy.json", root), "utf8"));

export function artifact(path) {
  return JSON.parse(readFileSync(new URL(path, root), "utf8"));
}

export function contract(name) {
  const step = plan.steps.find((s) => s.name === name);
  return new Interface(artifact(step.artifact).abi);
}

export async function deploy(chain, deployer, parameters) {
  const values = { ...parameters, deployer: deployer.address };
  const steps = plan.steps.filter((step) => !(step.unless in values));
  const first = await chain.nonce(deployer.address);
  const addresses = {};
  for (const step of plan.steps) if (step.unless in values) addresses[step.name] = values[step.unless];
  steps.forEach((step, i) => {
    if (step.artifact) addresses[step.name] = getCreateAddress({ from: deployer.address, nonce: first + i });
  });
  const resolve = (text) => (text[0] === "$" ? given(values, text) : given(addresses, text));
  const gas = {};
  for (const step of steps) {
    const args = step.arguments.map(resolve);
    const { gasUsed } = step.artifact
      ? await create(chain, deployer, step, args, addresses[step.name])
      : await call(chain, deployer, step, args, addresses);
    gas[step.name] = gasUsed;
  }
  return { addresses, gas };
}

async function create(chain, deployer, step, args, expected) {
  const code = artifact(step.artifact).bytecode;
  const hex = typeof code === "string" ? code : code.object;
  const data = (hex.startsWith("0x") ? hex : `0x${hex}`) + AbiCoder.defaultAbiCoder().encode(step.types, args).slice(2);
  const result = await chain.send(deployer, null, data);
  if (result.created.toLowerCase() !== expected.toLowerCase()) {
    throw new Error(`${step.name} is at ${result.created}, not at ${expected}: the deployer sent something else meanwhile`);
  }
  return result;
}

async function call(chain, deployer, step, args, addresses) {
  const target = given(addresses, step.call);
  const result = await chain.send(deployer, target, encode(step.function, args));
  if (step.reads) {
    const answer = await chain.call(target, encode(step.reads, args));
    addresses[step.name] = AbiCoder.defaultAbiCoder().decode(["address"], answer)[0];
  }
  return result;
}

function encode(signature, args) {
  return new Interface([`function ${signature}`]).encodeFunctionData(signature, args);
}

function given(values, text) {
  const value = values[text.slice(1)];
  if (value === undefined) throw new Error(`deploy.json needs ${text}`);
  return value;
}
