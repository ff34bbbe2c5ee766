// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Fixture} from "./Fixture.sol";
import {StorageDeals} from "../src/StorageDeals.sol";
import {Tree} from "./Tree.sol";

/// Deals over a small tree, and their proofs.
abstract contract DealFixture is Fixture {
    using Tree for Tree.Levels;

    uint256 internal constant LEAVES = 11;
    uint8 internal constant SAMPLES = 3;

    Tree.Levels internal tree;

    function setUp() public virtual override {
        super.setUp();
        bytes32[] memory leaves = new bytes32[](LEAVES);
        for (uint256 i = 0; i < LEAVES; i++) leaves[i] = keccak256(abi.encode("leaf", i));
        tree = Tree.build(leaves);
    }

    function dealTerms(uint96 price, uint96 penalty, uint32 periods, uint256 nonce)
        internal
        view
        returns (StorageDeals.Terms memory)
    {
        return StorageDeals.Terms({
            host: host,
            client: client,
            root: tree.root(),
            leaves: uint64(LEAVES),
            samples: SAMPLES,
            periods: periods,
            price: price,
            penalty: penalty,
            expiry: uint64(block.timestamp + 1 hours),
            nonce: nonce
        });
    }

    function openDeal(StorageDeals.Terms memory terms) internal returns (bytes32 deal) {
        (bytes32 r, bytes32 vs) = compact(HOST_KEY, deals.dealId(terms));
        vm.prank(client);
        return deals.open(terms, r, vs);
    }

    function proof(bytes32 deal, uint256 period) internal view returns (bytes32[] memory leaves, bytes32[] memory path) {
        bytes32 seed = deals.seedOf(period);
        uint256 depth = Tree.depthOf(LEAVES);
        Tree.Levels memory levels = tree;
        leaves = new bytes32[](SAMPLES);
        path = new bytes32[](SAMPLES * depth);
        for (uint256 i = 0; i < SAMPLES; i++) {
            uint256 index = deals.challenge(deal, seed, i, LEAVES);
            leaves[i] = levels.nodes[0][index];
            levels.copyPath(index, path, i * depth);
        }
    }
}
