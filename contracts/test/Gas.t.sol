// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Fixture} from "./Fixture.sol";
import {Leases} from "../src/escrow/Leases.sol";
import {StorageDeals} from "../src/StorageDeals.sol";
import {Tree} from "./Tree.sol";

/// What the main transactions cost, whole transactions with their 21,000 (run with --isolate). tools/gas.mjs compares the figures with gas.json.
contract GasTest is Fixture {
    uint256 private constant AMOUNT = 123_456_789_012_345_678_901;
    uint96 private constant RATE = 23_148_148_148_150;
    uint32 private constant HOUR = 3600;

    function setUp() public override {
        super.setUp();
        give(client, 1000e18);
        give(treasury, 1);
        give(host, 500e18);
    }

    function test_deposit() public {
        escrow.deposit(client, AMOUNT);
        measured("deposit");
    }

    function test_withdraw() public {
        vm.prank(client);
        escrow.withdraw(client, AMOUNT);
        measured("withdraw, first to this address");
        vm.prank(client);
        escrow.withdraw(client, AMOUNT);
        measured("withdraw, further");
    }

    function test_open() public {
        openLease(RATE, HOUR, uint256(keccak256("nonce")));
        measured("open");
    }

    function test_permitDepositOpen() public {
        coin.transfer(other, AMOUNT);
        (uint8 v, bytes32 r, bytes32 s) = permit(OTHER_KEY, AMOUNT, 0, START + 1 hours);
        Leases.Offer memory terms = offer(RATE, uint256(keccak256("nonce")));
        terms.client = other;
        bytes[] memory calls = new bytes[](2);
        calls[0] = abi.encodeCall(escrow.depositWithPermit, (AMOUNT, START + 1 hours, v, r, s));
        calls[1] = abi.encodeCall(escrow.open, (terms, signature(HOST_KEY, escrow.leaseId(terms)), HOUR, 0));
        vm.prank(other);
        escrow.multicall(calls);
        measured("permit, deposit and open");
    }

    function test_settleOne() public {
        bytes32 lease = openLease(RATE, HOUR, 1);
        vm.warp(START + HOUR / 2);
        escrow.settle(lease);
        measured("settle");
    }

    function test_settleFifty() public {
        bytes32[] memory leases = new bytes32[](50);
        for (uint256 i = 0; i < leases.length; i++) {
            Leases.Offer memory terms = offer(RATE, i);
            terms.host = vm.addr(i + 1);
            give(terms.host, 1e18);
            Leases.Signature memory signed = signature(i + 1, escrow.leaseId(terms));
            vm.prank(client);
            leases[i] = escrow.open(terms, signed, HOUR, 0);
        }
        vm.warp(START + HOUR / 2);
        escrow.settleMany(leases);
        measured("settle 50 leases of 50 hosts");
    }

    function test_close() public {
        bytes32 lease = openLease(RATE, HOUR, 1);
        vm.warp(START + HOUR / 2);
        vm.prank(client);
        escrow.close(lease, 1);
        measured("close");
    }

    function test_mandate() public {
        vm.prank(client);
        escrow.grant(other, "shop", uint96(AMOUNT), 10 * RATE, uint64(START + 1 days));
        measured("grant a mandate");
        Leases.Offer[] memory offers = new Leases.Offer[](1);
        Leases.Signature[] memory signatures = new Leases.Signature[](1);
        for (uint256 i = 0; i < 2; i++) {
            offers[0] = offer(RATE, i);
            signatures[0] = signature(HOST_KEY, escrow.leaseId(offers[0]));
            vm.prank(other);
            escrow.openFor(client, offers, signatures, HOUR, "shop");
        }
        measured("open by a mandate");
        bytes32 lease = escrow.leaseId(offers[0]);
        vm.prank(other);
        escrow.topUpFor(lease, HOUR);
        measured("top up by a mandate");
        vm.warp(START + HOUR / 2);
        vm.prank(other);
        escrow.close(lease, 1);
        measured("close by a mandate");
    }

    function test_redeem() public {
        bytes32 ref = keccak256("lease");
        vm.prank(client);
        escrow.fund(host, ref, AMOUNT);
        measured("fund a channel");
        redeem(ref, AMOUNT / 3);
        redeem(ref, AMOUNT / 2);
        measured("redeem a voucher");
    }

    function test_prove() public {
        vm.prank(host);
        registry.stake(400e18);
        bytes32[26] memory nodes;
        nodes[0] = keccak256("every leaf");
        for (uint256 i = 0; i < 25; i++) nodes[i + 1] = Tree.parent(nodes[i], nodes[i]);
        StorageDeals.Terms memory terms = StorageDeals.Terms({
            host: host,
            client: client,
            root: nodes[25],
            leaves: 1 << 25,
            samples: 4,
            periods: 30,
            price: RATE,
            penalty: RATE,
            expiry: uint64(START + 1 hours),
            nonce: 1
        });
        (bytes32 r, bytes32 vs) = compact(HOST_KEY, deals.dealId(terms));
        vm.prank(client);
        bytes32 deal = deals.open(terms, r, vs);
        measured("open a storage deal");
        enter(1001);
        bytes32[] memory leaves = new bytes32[](4);
        bytes32[] memory path = new bytes32[](100);
        for (uint256 i = 0; i < 100; i++) path[i] = nodes[i % 25];
        for (uint256 i = 0; i < 4; i++) leaves[i] = nodes[0];
        vm.prank(host);
        deals.prove(deal, leaves, path);
        measured("prove 1 GiB by 4 leaves");
        enter(1005);
        vm.prank(other);
        deals.fault(deal, 10);
        measured("fault 3 periods");
    }

    function test_claim() public {
        bytes32[] memory proof = new bytes32[](12);
        for (uint256 i = 0; i < 12; i++) proof[i] = keccak256(abi.encode("sibling", i));
        address[2] memory accounts = [other, host];
        for (uint256 epoch = 0; epoch < 3; epoch++) {
            address account = accounts[epoch == 0 ? 0 : 1];
            uint256 cumulative = AMOUNT * (epoch + 1);
            bytes32 node = keccak256(bytes.concat(keccak256(abi.encode(account, cumulative))));
            for (uint256 i = 0; i < 12; i++) {
                node = node < proof[i] ? keccak256(bytes.concat(node, proof[i])) : keccak256(bytes.concat(proof[i], node));
            }
            vm.warp(START + (epoch + 1) * 7 days);
            vm.prank(publisher);
            escrow.publishRewards(epoch, node, 10 * AMOUNT, keccak256("measurements"));
            escrow.claimReward(account, cumulative, proof);
            if (epoch == 0) measured("claim among 4096 hosts, first");
            if (epoch == 2) measured("claim among 4096 hosts");
        }
    }

    function redeem(bytes32 ref, uint256 total) private {
        (bytes32 r, bytes32 vs) = compact(CLIENT_KEY, escrow.voucherDigest(host, ref, total));
        vm.prank(host);
        escrow.redeem(host, ref, total, r, vs);
    }

    function measured(string memory what) private {
        vm.snapshotGasLastCall("gas", what);
    }
}
