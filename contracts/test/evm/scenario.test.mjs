// The contracts on real chains: the main scenario on two EVMs with the same results, then deals and the exchange on anvil.
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { after, before, test } from "node:test";
import { AbiCoder, keccak256 } from "ethers";
import { startAnvil } from "./anvil.mjs";
import { startEthereumJs } from "./ethereumjs.mjs";
import { START, play, setUp, sign } from "./scenario.mjs";

const COIN = 10n ** 18n;
let anvil;
let world;
let steps;

before(async () => {
  anvil = await startAnvil(START);
  world = await setUp(anvil);
  steps = await play(world);
});

after(() => anvil?.stop());

test("scenario_onAnvil_paysHostTenthToTreasuryAndRefunds", () => {
  const rate = 10n ** 15n;
  const at = (name) => steps.find((s) => s.name === name).balances;
  const gross = 1800n * rate;
  assert.equal(at("permit, deposit and open").client[0], 100n * COIN - 3600n * rate);
  assert.equal(at("settle").host[0], (gross * 9n) / 10n);
  assert.equal(at("settle").treasury[0], gross / 10n);
  const used = 3000n * rate;
  assert.equal(at("close").host[0], (used * 9n) / 10n);
  assert.equal(at("close").treasury[0], used / 10n);
  assert.equal(at("close").client[0], 100n * COIN - used);
  const mandated = 2n * rate;
  assert.equal(at("open by the mandate").client[0], at("close").client[0] - 60n * rate);
  assert.equal(at("close by the mandate").client[0], at("close").client[0] - mandated);
  assert.equal(at("close by the mandate").host[0], ((used + mandated) * 9n) / 10n);
  const vouchers = 2n * COIN;
  const fee = (used + mandated) / 10n + COIN / 3n / 10n + (2n * COIN - COIN / 3n) / 10n;
  assert.equal(at("close the channel").treasury[0], fee);
  assert.equal(at("close the channel").host[0], used + mandated + vouchers - fee);
  const last = steps.at(-1).balances;
  assert.equal(last.host[1], used + mandated + vouchers - fee + 60n * COIN);
  assert.equal(last.treasury[1], fee);
  assert.equal(last.custody, last.client[0] + 40n * COIN, "the client's balance and its unclaimed reward are left");
});

test("scenario_onTheSecondEvm_hasTheSameBalancesLogsAndGas", async () => {
  const history = "0x0000F90827F1C53a10cb7A02335B175320002935";
  const code = await anvil.rpc("eth_getCode", history, "latest");
  const second = await setUp(await startEthereumJs(START, { [history]: code }));
  assert.deepEqual(second.addresses, world.addresses);
  assert.deepEqual(second.gas, world.gas);
  assert.deepEqual(await play(second), steps);
});

const termsType = {
  Terms: [
    { name: "host", type: "address" },
    { name: "client", type: "address" },
    { name: "root", type: "bytes32" },
    { name: "leaves", type: "uint64" },
    { name: "samples", type: "uint8" },
    { name: "periods", type: "uint32" },
    { name: "price", type: "uint96" },
    { name: "penalty", type: "uint96" },
    { name: "expiry", type: "uint64" },
    { name: "nonce", type: "uint256" },
  ],
};

test("deal_provenOnceAndFaultedOnce_paysRefundsAndSlashes", async () => {
  const { who, send, read } = world;
  const [client, host] = [who.client.address, who.host.address];
  await send("deployer", "coin", "approve", world.addresses.escrow, 1000n * COIN);
  await send("deployer", "escrow", "deposit", host, 10n * COIN);
  await send("host", "registry", "stake", 10n * COIN);
  const file = Array.from({ length: 1000 }, (_, i) => createHash("sha256").update(`leaf ${i}`).digest());
  const tree = merkle(file);
  const terms = {
    host, client, root: hex(tree.at(-1)[0]), leaves: 1000, samples: 4, periods: 2,
    price: COIN, penalty: 2n * COIN, expiry: START + 10 ** 9, nonce: 1,
  };
  const signed = await sign(world, "host", "deals", termsType, terms);
  const deal = await read("deals", "dealId", terms);
  await send("client", "deals", "open", terms, signed.r, signed.yParityAndS);

  const first = (await read("deals", "dealOf", deal)).next;
  await mineTo(first * 60n + 40n);
  const before = await read("escrow", "balanceOf", host);
  const { leaves, path } = await prove(deal, first, tree);
  await send("host", "deals", "prove", deal, leaves, path);
  assert.equal(await read("escrow", "balanceOf", host), before + (COIN * 9n) / 10n);

  await mineTo((first + 2n) * 60n);
  const clientBefore = await read("escrow", "balanceOf", client);
  await send("deployer", "deals", "fault", deal, 10);
  const penalty = 2n * COIN;
  assert.equal(await read("escrow", "balanceOf", client), clientBefore + COIN + penalty - penalty / 10n);
  assert.equal(await read("registry", "stakeOf", host), 8n * COIN);
  assert.equal(await read("escrow", "balanceOf", who.deployer.address), penalty / 10n);
});

test("seed_ofAPeriodFarBack_isItsFirstBlocksHash", async () => {
  const period = await world.read("deals", "currentPeriod");
  await mineTo((period + 6n) * 60n);
  const block = await world.chain.rpc("eth_getBlockByNumber", `0x${(period * 60n).toString(16)}`, false);
  assert.equal(await world.read("deals", "seedOf", period), block.hash);
});

test("swap_onThePublishedBytecode_movesThePrice", async () => {
  const { who, addresses, send, read } = world;
  await send("deployer", "dollar", "mint", who.deployer.address, 10n ** 12n);
  await send("deployer", "dollar", "approve", addresses.router, 10n ** 12n);
  await send("deployer", "coin", "approve", addresses.router, 10n ** 24n);
  const never = 2n ** 40n;
  const add = [addresses.coin, addresses.dollar, 100_000n * COIN, 50_000n * 10n ** 6n, 0, 0, who.deployer.address, never];
  await send("deployer", "router", "addLiquidity", ...add);
  await send("deployer", "twap", "update");
  world.chain.setTime(START + 40 * 86400);
  await send("deployer", "twap", "update");
  world.chain.setTime(START + 40 * 86400 + 100);
  await send("deployer", "twap", "update");
  const dear = await read("twap", "toCoin", 10n ** 6n);
  assert.ok(dear > 2n * COIN - 10n && dear <= 2n * COIN + 10n, `two coins for a dollar, not ${dear}`);
  await send("deployer", "router", "swapExactTokensForTokens", 10_000n * 10n ** 6n, 0, [addresses.dollar, addresses.coin], who.deployer.address, never);
  world.chain.setTime(START + 40 * 86400 + 1000);
  await send("deployer", "twap", "update");
  const later = await read("twap", "toCoin", 10n ** 6n);
  assert.ok(later < dear, `${later} coins for a dollar`);
  assert.equal((await read("factory", "feeTo")), who.treasury.address);
});

function merkle(leaves) {
  const depth = Math.ceil(Math.log2(leaves.length));
  const levels = [[...leaves, ...Array(2 ** depth - leaves.length).fill(Buffer.alloc(32))]];
  while (levels.at(-1).length > 1) {
    const below = levels.at(-1);
    levels.push(below.filter((_, i) => i % 2 === 0).map((left, i) => createHash("sha256").update(left).update(below[2 * i + 1]).digest()));
  }
  return levels;
}

async function prove(deal, period, tree) {
  const seed = (await world.chain.rpc("eth_getBlockByNumber", `0x${(period * 60n).toString(16)}`, false)).hash;
  const leaves = [];
  const path = [];
  for (let sample = 0; sample < 4; sample++) {
    const digest = keccak256(AbiCoder.defaultAbiCoder().encode(["bytes32", "bytes32", "uint256"], [seed, deal, sample]));
    const index = Number(BigInt(digest) % 1000n);
    leaves.push(hex(tree[0][index]));
    for (let level = 0; level + 1 < tree.length; level++) path.push(hex(tree[level][(index >> level) ^ 1]));
  }
  return { leaves, path };
}

async function mineTo(number) {
  const now = BigInt(await world.chain.rpc("eth_blockNumber"));
  await world.chain.rpc("anvil_mine", `0x${(number - now).toString(16)}`, "0x1");
  world.chain.setTime(Number((await world.chain.rpc("eth_getBlockByNumber", "latest", false)).timestamp));
}

function hex(bytes) {
  return `0x${bytes.toString("hex")}`;
}
