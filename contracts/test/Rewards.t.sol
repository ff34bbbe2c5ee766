// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Fixture} from "./Fixture.sol";
import {Custody} from "../src/escrow/Custody.sol";
import {Rewards} from "../src/escrow/Rewards.sol";

contract RewardsTest is Fixture {
    function test_publish_afterTheEpoch_mintsIntoTheEscrow() public {
        uint256 supply = coin.totalSupply();
        vm.warp(START + 7 days);
        vm.expectEmit(true, true, true, true, address(escrow));
        emit Rewards.EpochPublished(0, "root", 700, "measurements");
        publish(0, "root", 700, "");
        eq(coin.totalSupply(), supply + 700, "supply");
        eq(coin.balanceOf(address(escrow)), 700, "escrow");
        eq(escrow.unclaimedRewards(), 700, "unclaimed");
        eq(escrow.nextEpoch(), 1, "next");
    }

    function test_publish_bad_reverts() public {
        vm.expectRevert(abi.encodeWithSelector(Rewards.NotPublisher.selector, address(this)));
        escrow.publishRewards(0, "root", 1, 0);
        vm.warp(START + 7 days - 1);
        publish(0, "root", 1, abi.encodeWithSelector(Rewards.EpochNotOver.selector, 0, START + 7 days));
        uint256 most = escrow.emission(0);
        publish(0, "root", most + 1, abi.encodeWithSelector(Rewards.AboveSchedule.selector, most + 1, most));
        vm.warp(START + 21 days);
        publish(1, "root", most, "");
        publish(1, "root", 1, abi.encodeWithSelector(Rewards.EpochAlreadyPublished.selector, 1, 2));
        publish(0, "root", 1, abi.encodeWithSelector(Rewards.EpochAlreadyPublished.selector, 0, 2));
    }

    function test_claim_cumulative_creditsTheDifferenceOnce() public {
        vm.warp(START + 14 days);
        publish(0, pair(leaf(host, 400), leaf(other, 300)), 700, "");
        vm.expectEmit(true, true, true, true, address(escrow));
        emit Custody.Rewarded(host, 400, 400);
        eq(escrow.claimReward(host, 400, one(leaf(other, 300))), 400, "amount");
        eq(escrow.balanceOf(host), 400, "balance");
        vm.expectRevert(abi.encodeWithSelector(Custody.NothingToReward.selector, host, 400));
        escrow.claimReward(host, 400, one(leaf(other, 300)));
        publish(1, pair(leaf(host, 500), leaf(other, 310)), 110, "");
        eq(escrow.claimReward(host, 500, one(leaf(other, 310))), 100, "second");
        eq(escrow.claimReward(other, 310, one(leaf(host, 500))), 310, "other");
        eq(escrow.rewardedOf(host), 500, "rewarded");
        eq(escrow.unclaimedRewards(), 0, "unclaimed");
    }

    function test_claim_wrongProofAmountOrAccount_reverts() public {
        vm.warp(START + 7 days);
        publish(0, pair(leaf(host, 400), leaf(other, 300)), 700, "");
        bytes memory refusal = abi.encodeWithSelector(Rewards.WrongProof.selector);
        vm.expectRevert(refusal);
        escrow.claimReward(host, 401, one(leaf(other, 300)));
        vm.expectRevert(refusal);
        escrow.claimReward(client, 400, one(leaf(other, 300)));
        vm.expectRevert(refusal);
        escrow.claimReward(host, 400, new bytes32[](0));
    }

    function test_claim_rootThatPromisesMoreThanWasMinted_reverts() public {
        vm.warp(START + 7 days);
        give(client, 1000);
        publish(0, pair(leaf(host, 701), leaf(other, 0)), 700, "");
        vm.expectRevert(abi.encodeWithSelector(Custody.AboveMinted.selector, 701, 700));
        escrow.claimReward(host, 701, one(leaf(other, 0)));
        vm.warp(START + 14 days);
        publish(1, pair(leaf(host, type(uint256).max), leaf(other, 0)), 0, "");
        vm.expectPartialRevert(Custody.AboveMinted.selector);
        escrow.claimReward(host, type(uint256).max, one(leaf(other, 0)));
        eq(escrow.balanceOf(host), 0, "host");
    }

    function test_emission_allEpochs_staysBelowTheCap() public view {
        uint256 sum = coin.GENESIS();
        for (uint256 halving = 0; halving < 100; halving++) {
            sum += 104 * escrow.emission(halving * 104);
        }
        check(sum <= coin.CAP(), "cap");
        check(sum > coin.CAP() - 1e6, "nearly all of it");
        eq(escrow.emission(103), escrow.emission(0), "first");
        eq(escrow.emission(104), escrow.emission(0) / 2, "halved");
        eq(escrow.emission(type(uint256).max), 0, "last");
    }

    function test_allocation_partsOfTheSum_addUpToNoMoreThanTheEmission() public view {
        Rewards.Contribution memory a = Rewards.Contribution(3, 0, 1, 500_000);
        Rewards.Contribution memory b = Rewards.Contribution(1, 0, 2, 1_000_000);
        Rewards.Contribution memory sum = Rewards.Contribution(4, 0, 3, 1_500_000);
        uint256 total = escrow.emission(5);
        uint256 forA = escrow.allocation(5, a, sum);
        uint256 forB = escrow.allocation(5, b, sum);
        eq(forA, total * 40 / 100 * 3 / 4 + total * 20 / 100 / 3 + total * 10 / 100 / 3, "a");
        check(forA + forB <= total * 70 / 100, "nobody has graphics");
        check(forA + forB + 4 >= total * 70 / 100, "rounding");
    }

    function testFuzz_allocation_anyParts_staysWithinTheEmission(uint64[4] calldata a, uint64[4] calldata b) public view {
        Rewards.Contribution memory sum = Rewards.Contribution(
            uint128(a[0]) + b[0], uint128(a[1]) + b[1], uint128(a[2]) + b[2], uint128(a[3]) + b[3]
        );
        uint256 forA = escrow.allocation(0, Rewards.Contribution(a[0], a[1], a[2], a[3]), sum);
        uint256 forB = escrow.allocation(0, Rewards.Contribution(b[0], b[1], b[2], b[3]), sum);
        check(forA + forB <= escrow.emission(0), "emission");
    }

    function publish(uint256 epoch, bytes32 root, uint256 total, bytes memory refusal) private {
        vm.prank(publisher);
        if (refusal.length != 0) vm.expectRevert(refusal);
        escrow.publishRewards(epoch, root, total, "measurements");
    }

    function leaf(address account, uint256 cumulative) private pure returns (bytes32) {
        return keccak256(bytes.concat(keccak256(abi.encode(account, cumulative))));
    }

    function pair(bytes32 a, bytes32 b) private pure returns (bytes32) {
        return a < b ? keccak256(bytes.concat(a, b)) : keccak256(bytes.concat(b, a));
    }

    function one(bytes32 sibling) private pure returns (bytes32[] memory proof) {
        proof = new bytes32[](1);
        proof[0] = sibling;
    }
}
