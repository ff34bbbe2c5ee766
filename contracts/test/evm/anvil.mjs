// anvil as a chain for the scenarios: one block for each transaction, at a time that the scenario says, gas for nothing.
import { spawn } from "node:child_process";
import { foundry } from "../../tools/foundry.mjs";

export async function startAnvil(timestamp) {
  const args = ["--port", "0", "--hardfork", "prague", "--chain-id", "31337", "--timestamp", String(timestamp)];
  const child = spawn(foundry("anvil"), [...args, "--gas-price", "0", "--block-base-fee-per-gas", "0", "--accounts", "1"]);
  const url = await listening(child);
  let id = 0;
  const rpc = async (method, ...params) => {
    const body = JSON.stringify({ jsonrpc: "2.0", id: ++id, method, params });
    const answer = await (await fetch(url, { method: "POST", headers: { "content-type": "application/json" }, body })).json();
    if (answer.error) throw Object.assign(new Error(`${method}: ${answer.error.message}`), { data: answer.error.data });
    return answer.result;
  };
  const mined = async (hash) => {
    const deadline = Date.now() + 20_000;
    while (Date.now() < deadline) {
      const receipt = await rpc("eth_getTransactionReceipt", hash);
      if (receipt) return receipt;
    }
    throw new Error(`${hash} was not mined in 20 seconds`);
  };
  let next = timestamp;
  return {
    name: "anvil",
    rpc,
    chainId: 31337n,
    setTime: (time) => (next = time),
    nonce: async (address) => Number(await rpc("eth_getTransactionCount", address, "latest")),
    call: (to, data) => rpc("eth_call", { to, data }, "latest"),
    async send(wallet, to, data) {
      const nonce = Number(await rpc("eth_getTransactionCount", wallet.address, "latest"));
      const raw = await wallet.signTransaction({ chainId: 31337, type: 0, nonce, to, data, gasPrice: 0, gasLimit: 10_000_000 });
      await rpc("evm_setNextBlockTimestamp", ++next);
      const receipt = await mined(await rpc("eth_sendRawTransaction", raw));
      if (receipt.status !== "0x1") throw new Error(`reverted: ${receipt.transactionHash}`);
      return { gasUsed: Number(receipt.gasUsed), created: receipt.contractAddress, logs: receipt.logs };
    },
    stop: () =>
      new Promise((resolve) => {
        child.once("exit", resolve);
        child.kill("SIGTERM");
      }),
  };
}

function listening(child) {
  return new Promise((resolve, reject) => {
    let seen = "";
    const look = (chunk) => {
      seen += chunk;
      const found = /Listening on (\S+)/.exec(seen);
      if (found) resolve(`http://${found[1]}`);
    };
    child.stdout.on("data", look);
    child.stderr.on("data", look);
    child.once("error", reject);
    child.once("exit", () => reject(new Error(`anvil ended:\n${seen}`)));
  });
}
