// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// What is used of forge's cheat codes.
interface Vm {
    function warp(uint256 timestamp) external;
    function roll(uint256 number) external;
    function chainId(uint256 id) external;
    function setBlockhash(uint256 number, bytes32 hash) external;
    function etch(address account, bytes calldata code) external;
    function mockCall(address callee, bytes calldata data, bytes calldata answer) external;
    function clearMockedCalls() external;
    function prank(address sender) external;
    function expectRevert(bytes calldata refusal) external;
    function expectPartialRevert(bytes4 refusal) external;
    function expectEmit(bool topic1, bool topic2, bool topic3, bool data, address emitter) external;
    function assume(bool condition) external;
    function addr(uint256 key) external pure returns (address);
    function sign(uint256 key, bytes32 digest) external pure returns (uint8 v, bytes32 r, bytes32 s);
    function getNonce(address account) external view returns (uint64);
    function computeCreateAddress(address deployer, uint256 nonce) external pure returns (address);
    function readFile(string calldata path) external view returns (string memory);
    function parseJsonString(string calldata json, string calldata key) external pure returns (string memory);
    function parseBytes(string calldata hexadecimal) external pure returns (bytes memory);
    function snapshotGasLastCall(string calldata group, string calldata name) external returns (uint256);
}

abstract contract Base {
    Vm internal constant vm = Vm(address(uint160(uint256(keccak256("hevm cheat code")))));

    error NotEqual(string what, uint256 seen, uint256 expected);
    error NotTrue(string what);

    function check(bool condition, string memory what) internal pure {
        if (!condition) revert NotTrue(what);
    }

    function eq(uint256 seen, uint256 expected, string memory what) internal pure {
        if (seen != expected) revert NotEqual(what, seen, expected);
    }

    function eq(address seen, address expected, string memory what) internal pure {
        eq(uint160(seen), uint160(expected), what);
    }

    function eq(bytes32 seen, bytes32 expected, string memory what) internal pure {
        eq(uint256(seen), uint256(expected), what);
    }

    function eq(string memory seen, string memory expected, string memory what) internal pure {
        eq(keccak256(bytes(seen)), keccak256(bytes(expected)), what);
    }

    /// Brings a fuzzed number into a range, ends included.
    function within(uint256 value, uint256 low, uint256 high) internal pure returns (uint256) {
        if (value >= low && value <= high) return value;
        return low + value % (high - low + 1);
    }
}
