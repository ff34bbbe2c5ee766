// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// A SHA-256 Merkle tree over leaves of 32 bytes, the plain way.
library Tree {
    struct Levels {
        bytes32[][] nodes;
    }

    function build(bytes32[] memory leaves) internal pure returns (Levels memory tree) {
        uint256 depth = depthOf(leaves.length);
        tree.nodes = new bytes32[][](depth + 1);
        tree.nodes[0] = new bytes32[](1 << depth);
        for (uint256 i = 0; i < leaves.length; i++) tree.nodes[0][i] = leaves[i];
        for (uint256 level = 1; level <= depth; level++) {
            tree.nodes[level] = new bytes32[](1 << (depth - level));
            for (uint256 i = 0; i < tree.nodes[level].length; i++) {
                tree.nodes[level][i] = parent(tree.nodes[level - 1][2 * i], tree.nodes[level - 1][2 * i + 1]);
            }
        }
    }

    function root(Levels memory tree) internal pure returns (bytes32) {
        return tree.nodes[tree.nodes.length - 1][0];
    }

    /// Writes the siblings of a leaf into `path` from `offset` on.
    function copyPath(Levels memory tree, uint256 index, bytes32[] memory path, uint256 offset) internal pure {
        for (uint256 level = 0; level + 1 < tree.nodes.length; level++) {
            path[offset + level] = tree.nodes[level][(index >> level) ^ 1];
        }
    }

    function depthOf(uint256 leaves) internal pure returns (uint256 depth) {
        while ((uint256(1) << depth) < leaves) depth++;
    }

    function parent(bytes32 left, bytes32 right) internal pure returns (bytes32) {
        return sha256(abi.encodePacked(left, right));
    }
}
