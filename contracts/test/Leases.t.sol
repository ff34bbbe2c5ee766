// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Fixture} from "./Fixture.sol";
import {Custody} from "../src/escrow/Custody.sol";
import {Leases} from "../src/escrow/Leases.sol";

contract LeasesTest is Fixture {
    function setUp() public override {
        super.setUp();
        give(client, 100_000);
    }

    function test_open_signedOffer_locksTheSecondsPaid() public {
        Leases.Offer memory terms = offer(20, 1);
        bytes32 lease = escrow.leaseId(terms);
        vm.expectEmit(true, true, true, true, address(escrow));
        emit Leases.LeaseOpened(lease, client, host, 20, START, START + 100, terms.resources, 0);
        eq(openLease(20, 100, 1), lease, "id");
        eq(escrow.balanceOf(client), 98_000, "balance");
        eq(escrow.paidUntil(lease), START + 100, "paid until");
        eq(escrow.runway(lease), 100, "runway");
        eq(escrow.due(lease), 0, "due");
        Leases.Lease memory entry = escrow.leaseOf(lease);
        eq(entry.client, client, "client");
        eq(entry.host, host, "host");
        eq(entry.rate, 20, "rate");
        eq(entry.settledUntil, START, "settled until");
    }

    function test_leaseId_is_theEip712Digest() public view {
        Leases.Offer memory terms = offer(20, 1);
        bytes32 domain = keccak256(
            abi.encode(
                keccak256("EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)"),
                keccak256("Zansoc Escrow"),
                keccak256("1"),
                block.chainid,
                address(escrow)
            )
        );
        bytes32 structHash = keccak256(
            abi.encode(
                keccak256(
                    "Offer(address host,address client,uint96 rate,uint64 expiry,bytes32 resources,uint256 nonce)"
                ),
                terms
            )
        );
        eq(escrow.leaseId(terms), keccak256(abi.encodePacked(hex"1901", domain, structHash)), "digest");
    }

    function test_open_offerToAnybody_isTakenByAnybody() public {
        Leases.Offer memory terms = offer(10, 1);
        terms.client = address(0);
        give(other, 10);
        take(other, terms, HOST_KEY, 1, "");
        eq(escrow.leaseOf(escrow.leaseId(terms)).client, other, "client");
    }

    function test_open_byAnotherThanOffered_reverts() public {
        take(other, offer(10, 1), HOST_KEY, 1, abi.encodeWithSelector(Leases.NotOffered.selector, other, client));
    }

    function test_open_expiredOffer_reverts() public {
        Leases.Offer memory terms = offer(10, 1);
        vm.warp(terms.expiry);
        take(client, terms, HOST_KEY, 1, "");
        terms.nonce = 2;
        vm.warp(terms.expiry + 1);
        take(client, terms, HOST_KEY, 1, abi.encodeWithSelector(Leases.OfferExpired.selector, terms.expiry));
    }

    function test_open_usedOffer_reverts() public {
        bytes32 lease = openLease(10, 1, 1);
        bytes memory refusal = abi.encodeWithSelector(Leases.OfferUsed.selector, lease);
        take(client, offer(10, 1), HOST_KEY, 1, refusal);
        vm.prank(client);
        escrow.close(lease, 0);
        take(client, offer(10, 1), HOST_KEY, 1, refusal);
    }

    function test_open_signedByAnother_reverts() public {
        take(
            client, offer(10, 1), OTHER_KEY, 1, abi.encodeWithSelector(Custody.SignerMismatch.selector, other, host)
        );
    }

    function test_open_signatureForAnotherChainOrContract_reverts() public {
        Leases.Offer memory terms = offer(10, 1);
        Leases.Signature memory signed = signature(HOST_KEY, escrow.leaseId(terms));
        vm.chainId(999);
        vm.prank(client);
        vm.expectPartialRevert(Custody.SignerMismatch.selector);
        escrow.open(terms, signed, 1, 0);
    }

    function test_open_garbageSignature_reverts() public {
        vm.prank(client);
        vm.expectRevert(abi.encodeWithSelector(Custody.InvalidSignature.selector));
        escrow.open(offer(10, 1), Leases.Signature(bytes32(0), bytes32(0)), 1, 0);
    }

    function test_open_rateThatTenDoesNotDivide_reverts() public {
        take(client, offer(0, 1), HOST_KEY, 1, abi.encodeWithSelector(Leases.InvalidRate.selector, 0));
        take(client, offer(9, 1), HOST_KEY, 1, abi.encodeWithSelector(Leases.InvalidRate.selector, 9));
        take(client, offer(101, 1), HOST_KEY, 1, abi.encodeWithSelector(Leases.InvalidRate.selector, 101));
    }

    function test_open_zeroSeconds_reverts() public {
        take(client, offer(10, 1), HOST_KEY, 0, abi.encodeWithSelector(Custody.ZeroAmount.selector));
    }

    function test_open_moreThanBalance_reverts() public {
        uint96 rate = type(uint96).max - type(uint96).max % 10;
        bytes memory refusal = abi.encodeWithSelector(
            Custody.InsufficientBalance.selector, client, 100_000, uint256(rate) * type(uint32).max
        );
        take(client, offer(rate, 1), HOST_KEY, type(uint32).max, refusal);
        eq(escrow.balanceOf(client), 100_000, "balance");
    }

    function test_openMany_deploymentOverHosts_opensAllOrNone() public {
        Leases.Offer[] memory offers = new Leases.Offer[](2);
        Leases.Signature[] memory signatures = new Leases.Signature[](2);
        offers[0] = offer(10, 1);
        offers[1] = offer(30, 1);
        offers[1].host = other;
        signatures[0] = signature(HOST_KEY, escrow.leaseId(offers[0]));
        signatures[1] = signature(HOST_KEY, escrow.leaseId(offers[1]));
        vm.prank(client);
        vm.expectRevert(abi.encodeWithSelector(Custody.SignerMismatch.selector, host, other));
        escrow.openMany(offers, signatures, 10, "shop");
        eq(escrow.balanceOf(client), 100_000, "none");
        signatures[1] = signature(OTHER_KEY, escrow.leaseId(offers[1]));
        vm.prank(client);
        bytes32[] memory leases = escrow.openMany(offers, signatures, 10, "shop");
        eq(escrow.balanceOf(client), 99_600, "both");
        vm.warp(START + 10);
        eq(escrow.settleMany(leases), 400, "gross");
        eq(escrow.balanceOf(host), 90, "host");
        eq(escrow.balanceOf(other), 270, "other host");
        eq(escrow.balanceOf(treasury), 40, "fee");
    }

    function test_cancelOffer_byHost_makesItWorthless() public {
        Leases.Offer memory terms = offer(10, 1);
        vm.expectRevert(abi.encodeWithSelector(Leases.NotParty.selector, address(this)));
        escrow.cancelOffer(terms);
        bytes32 lease = escrow.leaseId(terms);
        vm.prank(host);
        vm.expectEmit(true, true, true, true, address(escrow));
        emit Leases.OfferCanceled(lease, host);
        escrow.cancelOffer(terms);
        bytes memory refusal = abi.encodeWithSelector(Leases.OfferUsed.selector, lease);
        vm.prank(host);
        vm.expectRevert(refusal);
        escrow.cancelOffer(terms);
        take(client, terms, HOST_KEY, 1, refusal);
        vm.expectRevert(abi.encodeWithSelector(Leases.LeaseNotOpen.selector, lease));
        escrow.settle(lease);
    }

    function test_settle_halfway_paysHostAndTreasury() public {
        bytes32 lease = openLease(10, 100, 1);
        vm.warp(START + 50);
        eq(escrow.due(lease), 500, "due");
        vm.expectEmit(true, true, true, true, address(escrow));
        emit Leases.LeaseSettled(lease, host, 500, 50, START + 50);
        eq(escrow.settle(lease), 500, "gross");
        eq(escrow.balanceOf(host), 450, "host");
        eq(escrow.balanceOf(treasury), 50, "fee");
        eq(escrow.settle(lease), 0, "again");
        eq(escrow.balanceOf(host), 450, "host again");
    }

    function test_settle_longAfterItLapsed_paysNoMoreThanWasPrepaid() public {
        bytes32 lease = openLease(10, 100, 1);
        vm.warp(START + 365 days);
        eq(escrow.runway(lease), 0, "runway");
        eq(escrow.settle(lease), 1000, "gross");
        eq(escrow.settle(lease), 0, "again");
    }

    function test_settle_unknownLease_reverts() public {
        vm.expectRevert(abi.encodeWithSelector(Leases.LeaseNotOpen.selector, bytes32("x")));
        escrow.settle("x");
    }

    function test_settleMany_closedUnknownAndTwice_paysOnce() public {
        bytes32[] memory leases = new bytes32[](4);
        leases[0] = openLease(10, 100, 1);
        leases[1] = openLease(20, 100, 2);
        leases[2] = leases[0];
        leases[3] = "unknown";
        vm.prank(client);
        escrow.close(leases[1], 1);
        vm.warp(START + 10);
        eq(escrow.settleMany(leases), 100, "gross");
    }

    function test_topUp_byAnybody_extends() public {
        bytes32 lease = openLease(10, 100, 1);
        give(other, 50);
        vm.expectEmit(true, true, true, true, address(escrow));
        emit Leases.LeaseToppedUp(lease, other, 50, START + 105);
        vm.prank(other);
        eq(escrow.topUp(lease, 5), START + 105, "paid until");
        eq(escrow.balanceOf(other), 0, "payer");
        vm.warp(START + 200);
        eq(escrow.settle(lease), 1050, "gross");
    }

    function test_topUp_lapsedOrClosedOrNothing_reverts() public {
        bytes32 lease = openLease(10, 100, 1);
        vm.prank(client);
        vm.expectRevert(abi.encodeWithSelector(Custody.ZeroAmount.selector));
        escrow.topUp(lease, 0);
        vm.warp(START + 100);
        vm.prank(client);
        vm.expectRevert(abi.encodeWithSelector(Leases.LeaseLapsed.selector, lease, START + 100));
        escrow.topUp(lease, 1);
        escrow.close(lease, 0);
        vm.prank(client);
        vm.expectRevert(abi.encodeWithSelector(Leases.LeaseNotOpen.selector, lease));
        escrow.topUp(lease, 1);
    }

    function test_close_byClientOrHost_refundsTheRest() public {
        bytes32 first = openLease(10, 100, 1);
        bytes32 second = openLease(10, 100, 2);
        vm.warp(START + 30);
        vm.expectEmit(true, true, true, true, address(escrow));
        emit Leases.LeaseClosed(first, client, host, 700, 3);
        vm.prank(host);
        eq(escrow.close(first, 3), 700, "refund");
        vm.prank(client);
        eq(escrow.close(second, 1), 700, "refund");
        eq(escrow.balanceOf(host), 540, "host");
        eq(escrow.balanceOf(treasury), 60, "fee");
        eq(escrow.balanceOf(client), 100_000 - 600, "client");
        eq(escrow.due(first), 0, "due");
        eq(escrow.paidUntil(first), 0, "paid until");
    }

    function test_close_byStranger_onlyOnceLapsed() public {
        bytes32 lease = openLease(10, 100, 1);
        vm.warp(START + 99);
        vm.prank(other);
        vm.expectRevert(abi.encodeWithSelector(Leases.NotParty.selector, other));
        escrow.close(lease, 0);
        vm.warp(START + 100);
        vm.prank(other);
        eq(escrow.close(lease, 0), 0, "refund");
        eq(escrow.balanceOf(host), 900, "host");
        vm.expectRevert(abi.encodeWithSelector(Leases.LeaseNotOpen.selector, lease));
        escrow.close(lease, 0);
    }

    function test_closeMany_oneClosedAlready_closesTheOthers() public {
        bytes32[] memory leases = new bytes32[](3);
        leases[0] = openLease(10, 100, 1);
        leases[1] = openLease(10, 100, 2);
        leases[2] = leases[0];
        vm.prank(client);
        eq(escrow.closeMany(leases, 1), 2000, "refund");
        eq(escrow.balanceOf(client), 100_000, "client");
    }

    function testFuzz_settle_anyMoments_paysTheSame(uint96 rate, uint32 paid, uint32[6] calldata steps) public {
        rate = uint96(within(rate, 1, 1e15)) * 10;
        paid = uint32(within(paid, 1, 30 days));
        escrow.deposit(client, uint256(rate) * paid * 2);
        uint256 before = escrow.balanceOf(client);
        bytes32 often = openLease(rate, paid, 1);
        bytes32 once = openLease(rate, paid, 2);
        uint256 gross;
        for (uint256 i = 0; i < steps.length; i++) {
            vm.warp(block.timestamp + steps[i] % 7 days);
            gross += escrow.settle(often);
        }
        eq(gross, escrow.settle(once), "gross");
        eq(escrow.balanceOf(treasury) * 10, gross * 2, "fee");
        eq(escrow.balanceOf(host), gross * 2 / 10 * 9, "host");
        vm.prank(client);
        uint256 refund = escrow.close(often, 0);
        eq(refund + gross, uint256(rate) * paid, "all of it");
        vm.prank(client);
        escrow.close(once, 0);
        eq(escrow.balanceOf(client) + 2 * gross, before, "client");
    }

    function take(address taker, Leases.Offer memory terms, uint256 key, uint32 paidSeconds, bytes memory refusal)
        private
    {
        Leases.Signature memory signed = signature(key, escrow.leaseId(terms));
        vm.prank(taker);
        if (refusal.length != 0) vm.expectRevert(refusal);
        escrow.open(terms, signed, paidSeconds, 0);
    }
}
