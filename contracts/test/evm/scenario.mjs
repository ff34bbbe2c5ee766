// The main scenario, step by step: deposit, open, settle, top up, close with a refund, vouchers, stake, rewards, withdrawal.
// Gives what anyone can see of it (balances, logs, gas), to be compared between implementations of the EVM.
import { Wallet, Signature, keccak256, toUtf8Bytes, ZeroHash } from "ethers";
import { StandardMerkleTree } from "@openzeppelin/merkle-tree";
import { contract, deploy } from "../../tools/deploy.mjs";

export const START = 1_900_000_000;
const COIN = 10n ** 18n;

/** Keys of no value: each is the hash of its name. */
export function wallet(name) {
  return new Wallet(keccak256(toUtf8Bytes(`zansoc test key: ${name}`)));
}

export async function setUp(chain) {
  const who = Object.fromEntries(["deployer", "treasury", "publisher", "client", "host"].map((n) => [n, wallet(n)]));
  const { addresses, gas } = await deploy(chain, who.deployer, {
    genesis: who.deployer.address,
    treasury: who.treasury.address,
    publisher: who.publisher.address,
    rewardsStart: START,
    periodBlocks: 60,
    twapWindow: 60,
    twapMaxAge: 86400,
  });
  const abi = Object.fromEntries(
    ["coin", "escrow", "registry", "deals", "dollar", "factory", "router", "twap"].map((n) => [n, contract(n)]),
  );
  const send = (from, name, fn, ...args) => chain.send(who[from], addresses[name], abi[name].encodeFunctionData(fn, args));
  const read = async (name, fn, ...args) => {
    const answer = await chain.call(addresses[name], abi[name].encodeFunctionData(fn, args));
    return abi[name].decodeFunctionResult(fn, answer)[0];
  };
  return { chain, who, addresses, abi, gas, send, read };
}

export function domain(world, name, version = "1") {
  const title = { coin: "Zansoc", escrow: "Zansoc Escrow", deals: "Zansoc Storage Deals" }[name];
  return { name: title, version, chainId: world.chain.chainId, verifyingContract: world.addresses[name] };
}

export async function sign(world, from, name, types, message) {
  return Signature.from(await world.who[from].signTypedData(domain(world, name), types, message));
}

const permitType = {
  Permit: [
    { name: "owner", type: "address" },
    { name: "spender", type: "address" },
    { name: "value", type: "uint256" },
    { name: "nonce", type: "uint256" },
    { name: "deadline", type: "uint256" },
  ],
};
export const offerType = {
  Offer: [
    { name: "host", type: "address" },
    { name: "client", type: "address" },
    { name: "rate", type: "uint96" },
    { name: "expiry", type: "uint64" },
    { name: "resources", type: "bytes32" },
    { name: "nonce", type: "uint256" },
  ],
};
const voucherType = {
  Voucher: [
    { name: "host", type: "address" },
    { name: "ref", type: "bytes32" },
    { name: "total", type: "uint256" },
  ],
};

/** Runs the scenario and gives a list of steps: [name, gas, logs, balances]. */
export async function play(world) {
  const { chain, who, addresses, abi, send, read } = world;
  const [client, host] = [who.client.address, who.host.address];
  const steps = [];
  const step = async (name, result) => steps.push({ name, gas: result.gasUsed, logs: logs(result), balances: await balances(world) });

  await step("fund", await send("deployer", "coin", "transfer", client, 1000n * COIN));
  const amount = 100n * COIN;
  const deadline = START + 10_000;
  const permit = { owner: client, spender: addresses.escrow, value: amount, nonce: 0, deadline };
  const permitted = await sign(world, "client", "coin", permitType, permit);
  const offer = { host, client, rate: 10n ** 15n, expiry: deadline, resources: keccak256("0x32"), nonce: 7n };
  const offered = await sign(world, "host", "escrow", offerType, offer);
  const lease = await read("escrow", "leaseId", offer);
  chain.setTime(START + 1000);
  await step(
    "permit, deposit and open",
    await send("client", "escrow", "multicall", [
      abi.escrow.encodeFunctionData("depositWithPermit", [amount, deadline, permitted.v, permitted.r, permitted.s]),
      abi.escrow.encodeFunctionData("open", [offer, { r: offered.r, vs: offered.yParityAndS }, 3600, ZeroHash]),
    ]),
  );
  chain.setTime(START + 1000 + 1800);
  await step("settle", await send("deployer", "escrow", "settle", lease));
  await step("top up", await send("client", "escrow", "topUp", lease, 600));
  chain.setTime(START + 1000 + 3000);
  await step("close", await send("client", "escrow", "close", lease, 1));

  const shop = keccak256("0x5408");
  const second = { ...offer, nonce: 8n };
  const secondOffered = await sign(world, "host", "escrow", offerType, second);
  const mandated = await read("escrow", "leaseId", second);
  await step("grant", await send("client", "escrow", "grant", who.deployer.address, shop, COIN, 10n ** 15n, deadline));
  await step(
    "open by the mandate",
    await send("deployer", "escrow", "openFor", client, [second], [{ r: secondOffered.r, vs: secondOffered.yParityAndS }], 60, shop),
  );
  await step("top up by the mandate", await send("deployer", "escrow", "topUpFor", mandated, 40));
  await step("close by the mandate", await send("deployer", "escrow", "closeMany", [mandated], 1));

  await step("fund a channel", await send("client", "escrow", "fund", host, lease, 5n * COIN));
  for (const total of [COIN / 3n, 2n * COIN]) {
    const voucher = { host, ref: lease, total };
    const signed = await sign(world, "client", "escrow", voucherType, voucher);
    await step("redeem", await send("host", "escrow", "redeem", host, lease, total, signed.r, signed.yParityAndS));
  }
  await step("close the channel", await send("host", "escrow", "closeChannel", client, host, lease));

  await step("stake", await send("host", "registry", "stake", COIN));
  await step("thaw", await send("host", "registry", "thaw", COIN));
  chain.setTime(START + 15 * 86400);
  await step("unstake", await send("host", "registry", "unstake"));

  const tree = StandardMerkleTree.of([[host, 60n * COIN], [client, 40n * COIN]], ["address", "uint256"]);
  await step("publish", await send("publisher", "escrow", "publishRewards", 0, tree.root, 100n * COIN, ZeroHash));
  await step("claim", await send("deployer", "escrow", "claimReward", host, 60n * COIN, tree.getProof(0)));
  await step("withdraw", await send("host", "escrow", "withdraw", host, await read("escrow", "balanceOf", host)));
  await step("withdraw the fees", await send("treasury", "escrow", "withdraw", who.treasury.address, await read("escrow", "balanceOf", who.treasury.address)));
  return steps;
}

function logs(result) {
  return result.logs.map(({ address, topics, data }) => [address.toLowerCase(), ...topics, data]);
}

async function balances({ who, addresses, read }) {
  const seen = {};
  for (const name of ["client", "host", "treasury"]) {
    seen[name] = [await read("escrow", "balanceOf", who[name].address), await read("coin", "balanceOf", who[name].address)];
  }
  seen.custody = await read("coin", "balanceOf", addresses.escrow);
  return seen;
}
