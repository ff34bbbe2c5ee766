// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// Hashes of past blocks: the last 256 from the EVM itself, the last 8,191 from the system contract of EIP-2935 where a chain has it.
library BlockHistory {
    address internal constant HISTORY = 0x0000F90827F1C53a10cb7A02335B175320002935;
    uint256 internal constant SHORT = 256;
    uint256 internal constant LONG = 8191;

    /// How many blocks back hashes are known on this chain.
    function reach() internal view returns (uint256) {
        return HISTORY.code.length == 0 ? SHORT : LONG;
    }

    /// The hash of a block, or zero if it is not known (any more, or yet).
    function hashOf(uint256 number) internal view returns (bytes32 hash) {
        if (number + SHORT >= block.number) return blockhash(number);
        (bool found, bytes memory answer) = HISTORY.staticcall(abi.encode(number));
        if (found && answer.length == 32) hash = abi.decode(answer, (bytes32));
    }
}
