// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Fixture} from "./Fixture.sol";
import {Custody} from "../src/escrow/Custody.sol";
import {HostRegistry} from "../src/HostRegistry.sol";

contract HostRegistryTest is Fixture {
    function setUp() public override {
        super.setUp();
        give(host, 1000);
    }

    function test_register_key_idIsItsSha256() public {
        bytes32 id = sha256(abi.encodePacked(bytes32("key")));
        vm.expectEmit(true, true, true, true, address(registry));
        emit HostRegistry.HostRegistered(host, id, "key", "r", "s");
        vm.expectEmit(true, true, true, true, address(registry));
        emit HostRegistry.HostDescribed(host, "endpoints", 4);
        vm.prank(host);
        eq(registry.register("key", "r", "s", "endpoints", 4), id, "id");
        vm.prank(host);
        registry.describe("moved", 5);
        HostRegistry.Host memory entry = registry.hostOf(host);
        eq(entry.id, id, "id");
        eq(entry.endpoints, "moved", "endpoints");
        eq(entry.capacityClass, 5, "class");
    }

    function test_bindingMessage_hasChainContractAndHost() public view {
        bytes memory message = registry.bindingMessage(host);
        eq(message.length, 13 + 32 + 20 + 20, "length");
        eq(keccak256(message), keccak256(abi.encodePacked("zansoc-evm-1:", block.chainid, registry, host)), "bytes");
    }

    function test_stake_thaw_unstake_returnsEverything() public {
        stake(600);
        eq(registry.stakeOf(host), 600, "stake");
        eq(escrow.held(address(registry)), 600, "held");
        vm.expectEmit(true, true, true, true, address(registry));
        emit HostRegistry.Thawing(host, 600, 600, START + 14 days);
        vm.prank(host);
        registry.thaw(600);
        vm.warp(START + 14 days - 1);
        vm.prank(host);
        vm.expectRevert(abi.encodeWithSelector(HostRegistry.StillThawing.selector, START + 14 days));
        registry.unstake();
        vm.warp(START + 14 days);
        vm.prank(host);
        eq(registry.unstake(), 600, "amount");
        eq(escrow.balanceOf(host), 1000, "balance");
        vm.prank(host);
        vm.expectRevert(abi.encodeWithSelector(HostRegistry.NothingThaws.selector));
        registry.unstake();
    }

    function test_thaw_twice_waitsAnew() public {
        stake(600);
        vm.prank(host);
        registry.thaw(100);
        vm.warp(START + 7 days);
        vm.prank(host);
        registry.thaw(200);
        HostRegistry.Host memory entry = registry.hostOf(host);
        eq(entry.thawing, 300, "thawing");
        eq(entry.thawedAt, START + 21 days, "thawed at");
    }

    function test_stake_badAmounts_revert() public {
        vm.prank(host);
        vm.expectRevert(abi.encodeWithSelector(Custody.InsufficientBalance.selector, host, 1000, type(uint256).max));
        registry.stake(type(uint256).max);
        vm.prank(host);
        vm.expectRevert(abi.encodeWithSelector(Custody.ZeroAmount.selector));
        registry.stake(0);
        stake(10);
        vm.prank(host);
        vm.expectRevert(abi.encodeWithSelector(HostRegistry.InsufficientStake.selector, 10, type(uint256).max));
        registry.thaw(type(uint256).max);
        vm.prank(host);
        vm.expectRevert(abi.encodeWithSelector(HostRegistry.ZeroAmount.selector));
        registry.thaw(0);
    }

    function test_slash_byAnybodyElse_reverts() public {
        stake(10);
        vm.expectRevert(abi.encodeWithSelector(HostRegistry.NotSlasher.selector, address(this)));
        registry.slash(host, 10, address(this), address(this));
    }

    function test_slash_moreThanStake_reachesWhatThaws() public {
        stake(600);
        vm.prank(host);
        registry.thaw(400);
        vm.expectEmit(true, true, true, true, address(registry));
        emit HostRegistry.Slashed(host, client, other, 200, 305, 50);
        vm.prank(address(deals));
        (uint256 slashed, uint256 bounty) = registry.slash(host, 505, client, other);
        eq(slashed, 505, "slashed");
        eq(bounty, 50, "bounty");
        eq(escrow.balanceOf(other), 50, "caller");
        eq(escrow.balanceOf(client), 455, "victim");
        vm.warp(START + 14 days);
        vm.prank(host);
        eq(registry.unstake(), 95, "what is left");
        vm.prank(address(deals));
        (slashed,) = registry.slash(host, 1, client, other);
        eq(slashed, 0, "nothing left");
    }

    function test_constructor_misplaced_reverts() public {
        vm.expectRevert(abi.encodeWithSelector(HostRegistry.Misplaced.selector));
        new HostRegistry(escrow, address(deals));
    }

    function stake(uint256 amount) private {
        vm.prank(host);
        registry.stake(amount);
    }
}
