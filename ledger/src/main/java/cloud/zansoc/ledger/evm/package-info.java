/**
 * The ledger on an EVM chain: the contracts of docs/reference/contracts.md, called over JSON-RPC.
 *
 * <p>{@link cloud.zansoc.ledger.evm.EvmLedger} is the ledger, {@link
 * cloud.zansoc.ledger.evm.EvmChain} the chain's node, {@link cloud.zansoc.ledger.evm.Deployer} puts
 * the contracts there. web3j stays in this package, the words transaction, gas, nonce and height
 * here and in {@code outbox}; no type of web3j is in public methods. Secret keys stay in {@link
 * cloud.zansoc.ledger.evm.EvmKey}.
 */
@NullMarked
package cloud.zansoc.ledger.evm;

import org.jspecify.annotations.NullMarked;
