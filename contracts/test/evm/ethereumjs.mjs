// @ethereumjs/vm as a chain for the scenarios: the second implementation of the EVM, sharing no code with anvil's.
import { createBlock } from "@ethereumjs/block";
import { Hardfork, Mainnet, createCustomCommon } from "@ethereumjs/common";
import { createLegacyTx } from "@ethereumjs/tx";
import { createAddressFromString, hexToBytes, bytesToHex } from "@ethereumjs/util";
import { createVM, runTx } from "@ethereumjs/vm";

/** `systemCode` is code that the chain to compare with has from its start, by address. */
export async function startEthereumJs(timestamp, systemCode) {
  const common = createCustomCommon({ chainId: 31337 }, Mainnet, { hardfork: Hardfork.Prague });
  const vm = await createVM({ common });
  for (const [address, code] of Object.entries(systemCode)) {
    await vm.stateManager.putCode(createAddressFromString(address), hexToBytes(code));
  }
  let next = timestamp;
  let number = 0n;
  const block = () =>
    createBlock({ header: { number, timestamp: BigInt(next), gasLimit: 30_000_000n, baseFeePerGas: 0n } }, { common });
  const nonce = async (address) => Number((await vm.stateManager.getAccount(createAddressFromString(address)))?.nonce ?? 0n);
  return {
    name: "@ethereumjs/vm",
    chainId: 31337n,
    setTime: (time) => (next = time),
    nonce,
    async call(to, data) {
      const result = await vm.evm.runCall({ to: createAddressFromString(to), data: hexToBytes(data), block: block() });
      if (result.execResult.exceptionError) throw failure(result.execResult);
      return bytesToHex(result.execResult.returnValue);
    },
    async send(wallet, to, data) {
      next++;
      number++;
      const fields = { nonce: await nonce(wallet.address), gasPrice: 0n, gasLimit: 10_000_000n, data: hexToBytes(data) };
      if (to) fields.to = createAddressFromString(to);
      const tx = createLegacyTx(fields, { common }).sign(hexToBytes(wallet.privateKey));
      const result = await runTx(vm, { tx, block: block() });
      if (result.execResult.exceptionError) throw failure(result.execResult);
      const logs = (result.receipt.logs ?? []).map(([address, topics, bytes]) => ({
        address: bytesToHex(address),
        topics: topics.map(bytesToHex),
        data: bytesToHex(bytes),
      }));
      return { gasUsed: Number(result.totalGasSpent), created: result.createdAddress?.toString(), logs };
    },
    stop: async () => {},
  };
}

function failure(result) {
  return Object.assign(new Error(`reverted: ${result.exceptionError.error}`), { data: bytesToHex(result.returnValue) });
}
