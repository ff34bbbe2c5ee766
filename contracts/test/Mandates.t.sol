// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Fixture} from "./Fixture.sol";
import {Custody} from "../src/escrow/Custody.sol";
import {Leases} from "../src/escrow/Leases.sol";
import {Mandates} from "../src/escrow/Mandates.sol";

contract MandatesTest is Fixture {
    address private constant agent = address(0xA6E7);
    bytes32 private constant SHOP = "shop";
    uint64 private constant UNTIL = uint64(START + 1 days);

    function setUp() public override {
        super.setUp();
        give(client, 100_000);
        grant(10_000, 100, UNTIL);
    }

    function test_grant_terms_areKeptAndMoveNothing() public {
        vm.prank(client);
        vm.expectEmit(true, true, true, true, address(escrow));
        emit Mandates.MandateGranted(client, agent, "other", 7, 8, UNTIL);
        escrow.grant(agent, "other", 7, 8, UNTIL);
        Mandates.Mandate memory mandate = escrow.mandateOf(client, agent, "other");
        eq(mandate.agent, agent, "agent");
        eq(mandate.budget, 7, "budget");
        eq(mandate.mostRate, 8, "most rate");
        eq(mandate.expiry, UNTIL, "expiry");
        eq(mandate.used + mandate.rate, 0, "nothing used");
        eq(escrow.balanceOf(client), 100_000, "balance");
        eq(escrow.mandateOf(client, other, "other").agent, address(0), "of another agent");
    }

    function test_grant_nothingOrLateOrToWhoMayGain_reverts() public {
        refusesGrant(agent, 0, 1, UNTIL, abi.encodeWithSelector(Custody.ZeroAmount.selector));
        refusesGrant(agent, 1, 0, UNTIL, abi.encodeWithSelector(Custody.ZeroAmount.selector));
        refusesGrant(agent, 1, 1, uint64(START - 1), abi.encodeWithSelector(Mandates.MandateExpired.selector, START - 1));
        address[3] memory accounts = [address(0), client, treasury];
        for (uint256 i = 0; i < 3; i++) {
            refusesGrant(
                accounts[i], 1, 1, UNTIL, abi.encodeWithSelector(Mandates.InvalidAgent.selector, accounts[i])
            );
        }
    }

    function test_openFor_withinTheMandate_paysFromTheClientsBalance() public {
        Leases.Offer memory terms = offer(20, 1);
        bytes32 lease = escrow.leaseId(terms);
        vm.expectEmit(true, true, true, true, address(escrow));
        emit Leases.LeaseOpened(lease, client, host, 20, START, START + 100, terms.resources, SHOP);
        vm.expectEmit(true, true, true, true, address(escrow));
        emit Mandates.MandateUsed(lease, agent, 2000, 2000);
        eq(openFor(20, 100, 1), lease, "id");
        eq(escrow.leaseOf(lease).client, client, "client");
        eq(escrow.balanceOf(client), 98_000, "balance");
        eq(escrow.balanceOf(agent), 0, "agent");
        Mandates.Mandate memory mandate = escrow.mandateOf(client, agent, SHOP);
        eq(mandate.used, 2000, "used");
        eq(mandate.rate, 20, "rate");
        (address opener, uint256 prepaid) = escrow.agentOf(lease);
        eq(opener, agent, "opener");
        eq(prepaid, 2000, "prepaid");
    }

    function test_openFor_withoutAMandate_reverts() public {
        bytes memory refusal = abi.encodeWithSelector(Mandates.NoMandate.selector, client, other, SHOP);
        refusesOpen(other, client, SHOP, offer(10, 1), 1, refusal);
        refusal = abi.encodeWithSelector(Mandates.NoMandate.selector, client, agent, bytes32("blog"));
        refusesOpen(agent, client, "blog", offer(10, 1), 1, refusal);
        refusal = abi.encodeWithSelector(Mandates.NoMandate.selector, host, agent, SHOP);
        refusesOpen(agent, host, SHOP, offer(10, 1), 1, refusal);
    }

    function test_openFor_offerOfAnotherClientOrToTheAgent_reverts() public {
        Leases.Offer memory terms = offer(10, 1);
        terms.client = agent;
        refusesOpen(
            agent, client, SHOP, terms, 1, abi.encodeWithSelector(Leases.NotOffered.selector, client, agent)
        );
        terms.client = address(0);
        openFor(terms, 1);
    }

    function test_openFor_hostThatIsTheAgent_reverts() public {
        vm.prank(client);
        escrow.grant(host, SHOP, 1000, 100, UNTIL);
        refusesOpen(host, client, SHOP, offer(10, 1), 1, abi.encodeWithSelector(Mandates.InvalidAgent.selector, host));
    }

    function test_openFor_moreThanTheBudget_opensNone() public {
        Leases.Offer[] memory offers = new Leases.Offer[](2);
        Leases.Signature[] memory signatures = new Leases.Signature[](2);
        for (uint256 i = 0; i < 2; i++) {
            offers[i] = offer(10, i);
            signatures[i] = signature(HOST_KEY, escrow.leaseId(offers[i]));
        }
        vm.prank(agent);
        vm.expectRevert(abi.encodeWithSelector(Mandates.AboveBudget.selector, 4990, 5010));
        escrow.openFor(client, offers, signatures, 501, SHOP);
        eq(escrow.balanceOf(client), 100_000, "balance");
        vm.prank(agent);
        eq(escrow.openFor(client, offers, signatures, 500, SHOP).length, 2, "both");
        eq(escrow.mandateOf(client, agent, SHOP).used, 10_000, "used");
        refusesOpen(agent, client, SHOP, offer(10, 3), 1, abi.encodeWithSelector(Mandates.AboveBudget.selector, 0, 10));
    }

    function test_openFor_largestRateAndTime_reverts() public {
        uint96 rate = type(uint96).max - type(uint96).max % 10;
        grant(type(uint96).max, type(uint96).max, UNTIL);
        bytes memory refusal = abi.encodeWithSelector(
            Custody.InsufficientBalance.selector, client, 100_000, uint256(rate) * type(uint32).max
        );
        refusesOpen(agent, client, SHOP, offer(rate, 1), type(uint32).max, refusal);
    }

    function test_openFor_moreThanTheRate_waitsUntilALeaseIsClosed() public {
        bytes32 lease = openFor(60, 10, 1);
        bytes memory refusal = abi.encodeWithSelector(Mandates.AboveMostRate.selector, 100, 110);
        refusesOpen(agent, client, SHOP, offer(50, 2), 1, refusal);
        vm.warp(START + 10);
        refusesOpen(agent, client, SHOP, offer(50, 2), 1, refusal);
        // It has lapsed: whoever opens another closes it in the same transaction.
        Leases.Offer[] memory offers = new Leases.Offer[](1);
        Leases.Signature[] memory signatures = new Leases.Signature[](1);
        offers[0] = offer(50, 2);
        signatures[0] = signature(HOST_KEY, escrow.leaseId(offers[0]));
        bytes[] memory calls = new bytes[](2);
        calls[0] = abi.encodeCall(escrow.close, (lease, 2));
        calls[1] = abi.encodeCall(escrow.openFor, (client, offers, signatures, 10, SHOP));
        vm.prank(agent);
        escrow.multicall(calls);
        eq(escrow.mandateOf(client, agent, SHOP).rate, 50, "rate");
    }

    function test_openFor_afterExpiryOrRevocation_reverts() public {
        bytes32 lease = openFor(10, 200, 1);
        vm.prank(client);
        vm.expectEmit(true, true, true, true, address(escrow));
        emit Mandates.MandateRevoked(client, agent, SHOP);
        escrow.revoke(agent, SHOP);
        bytes memory refusal = abi.encodeWithSelector(Mandates.MandateExpired.selector, 0);
        refusesOpen(agent, client, SHOP, offer(10, 2), 1, refusal);
        refusesTopUp(agent, lease, 1, refusal);
        // The refund gives a revoked mandate nothing to spend.
        vm.prank(agent);
        eq(escrow.close(lease, 1), 2000, "the agent can still close");
        refusesOpen(agent, client, SHOP, offer(10, 2), 1, refusal);

        grant(10_000, 100, UNTIL);
        vm.warp(UNTIL);
        openFor(10, 200, 3);
        vm.warp(UNTIL + 1);
        refusal = abi.encodeWithSelector(Mandates.MandateExpired.selector, UNTIL);
        refusesOpen(agent, client, SHOP, offer(10, 4), 1, refusal);
        refusesTopUp(agent, escrow.leaseId(offerAt(10, 3, UNTIL)), 1, refusal);
    }

    function test_revoke_unknown_reverts() public {
        vm.prank(client);
        vm.expectRevert(abi.encodeWithSelector(Mandates.NoMandate.selector, client, other, SHOP));
        escrow.revoke(other, SHOP);
    }

    function test_openFor_sameOfferTwice_reverts() public {
        bytes32 lease = openFor(10, 10, 1);
        bytes memory refusal = abi.encodeWithSelector(Leases.OfferUsed.selector, lease);
        refusesOpen(agent, client, SHOP, offer(10, 1), 1, refusal);
        vm.prank(agent);
        escrow.close(lease, 1);
        refusesOpen(agent, client, SHOP, offer(10, 1), 1, refusal);
        vm.prank(client);
        vm.expectRevert(refusal);
        escrow.open(offer(10, 1), signature(HOST_KEY, lease), 1, 0);
    }

    function test_topUpFor_ownLease_paysFromTheClientsBalance() public {
        bytes32 lease = openFor(10, 100, 1);
        vm.expectEmit(true, true, true, true, address(escrow));
        emit Leases.LeaseToppedUp(lease, client, 50, START + 105);
        vm.expectEmit(true, true, true, true, address(escrow));
        emit Mandates.MandateUsed(lease, agent, 50, 1050);
        vm.prank(agent);
        eq(escrow.topUpFor(lease, 5), START + 105, "paid until");
        eq(escrow.balanceOf(client), 100_000 - 1050, "balance");
        refusesTopUp(agent, lease, 0, abi.encodeWithSelector(Custody.ZeroAmount.selector));
        refusesTopUp(agent, lease, 896, abi.encodeWithSelector(Mandates.AboveBudget.selector, 8950, 8960));
        refusesTopUp(other, lease, 1, abi.encodeWithSelector(Leases.NotParty.selector, other));
        refusesTopUp(client, lease, 1, abi.encodeWithSelector(Leases.NotParty.selector, client));
        vm.warp(START + 105);
        refusesTopUp(agent, lease, 1, abi.encodeWithSelector(Leases.LeaseLapsed.selector, lease, START + 105));
        escrow.close(lease, 2);
        refusesTopUp(agent, lease, 1, abi.encodeWithSelector(Leases.LeaseNotOpen.selector, lease));
    }

    function test_topUpFor_leaseThatTheClientOpened_reverts() public {
        bytes32 lease = openLease(10, 100, 1);
        refusesTopUp(agent, lease, 1, abi.encodeWithSelector(Leases.NotParty.selector, agent));
        vm.prank(agent);
        vm.expectRevert(abi.encodeWithSelector(Leases.NotParty.selector, agent));
        escrow.close(lease, 1);
    }

    function test_topUpFor_rateAboveLoweredTerms_reverts() public {
        bytes32 lease = openFor(60, 10, 1);
        grant(10_000, 50, UNTIL);
        refusesTopUp(agent, lease, 1, abi.encodeWithSelector(Mandates.AboveMostRate.selector, 50, 60));
    }

    function test_close_byAnyParty_givesTheBudgetBack() public {
        address[3] memory parties = [agent, client, host];
        uint256 used;
        for (uint256 i = 0; i < 3; i++) {
            bytes32 lease = openFor(10, 100, i);
            vm.warp(block.timestamp + 30);
            vm.prank(parties[i]);
            vm.expectEmit(true, true, true, true, address(escrow));
            emit Mandates.MandateRestored(lease, 700, used + 300);
            eq(escrow.close(lease, 1), 700, "refund");
            used += 300;
            Mandates.Mandate memory mandate = escrow.mandateOf(client, agent, SHOP);
            eq(mandate.used, used, "used");
            eq(mandate.rate, 0, "rate");
            eq(escrow.balanceOf(client), 100_000 - used, "balance");
        }
        eq(escrow.balanceOf(agent), 0, "agent");
    }

    function test_close_leaseThatOthersToppedUp_givesNoMoreBackThanTheMandateGave() public {
        bytes32 lease = openFor(10, 100, 1);
        vm.prank(client);
        escrow.topUp(lease, 1000);
        vm.warp(START + 50);
        vm.prank(agent);
        eq(escrow.close(lease, 1), 10_500, "refund");
        eq(escrow.mandateOf(client, agent, SHOP).used, 0, "used");

        lease = openFor(10, 100, 2);
        vm.prank(client);
        escrow.topUp(lease, 10);
        vm.warp(START + 50 + 60);
        vm.prank(agent);
        eq(escrow.close(lease, 1), 500, "refund");
        eq(escrow.mandateOf(client, agent, SHOP).used, 500, "used");
    }

    function test_closeMany_byTheAgent_closesItsOwn() public {
        bytes32[] memory leases = new bytes32[](3);
        leases[0] = openFor(10, 100, 1);
        leases[1] = openFor(10, 100, 2);
        leases[2] = leases[0];
        vm.prank(agent);
        eq(escrow.closeMany(leases, 1), 2000, "refund");
        eq(escrow.mandateOf(client, agent, SHOP).rate, 0, "rate");
    }

    function test_grant_again_countsWhatWasUsed() public {
        bytes32 lease = openFor(10, 500, 1);
        grant(3000, 100, UNTIL);
        refusesOpen(agent, client, SHOP, offer(10, 2), 1, abi.encodeWithSelector(Mandates.AboveBudget.selector, 0, 10));
        refusesTopUp(agent, lease, 1, abi.encodeWithSelector(Mandates.AboveBudget.selector, 0, 10));
        vm.warp(START + 200);
        vm.prank(agent);
        escrow.close(lease, 1);
        openFor(offerAt(10, 2, START + 200), 100);
        eq(escrow.mandateOf(client, agent, SHOP).used, 3000, "used");
    }

    function test_mandates_ofTwoClientsAndDeployments_areApart() public {
        give(other, 1000);
        vm.prank(other);
        escrow.grant(agent, SHOP, 1000, 100, UNTIL);
        vm.prank(client);
        escrow.grant(agent, "blog", 1000, 100, UNTIL);
        openFor(10, 500, 1);
        eq(escrow.mandateOf(other, agent, SHOP).used, 0, "of another client");
        eq(escrow.mandateOf(client, agent, "blog").used, 0, "of another deployment");
        refusesOpen(agent, other, SHOP, offer(10, 2), 1, abi.encodeWithSelector(Leases.NotOffered.selector, other, client));
    }

    function test_settle_leaseOfAMandate_paysHostAndTreasury() public {
        bytes32 lease = openFor(10, 100, 1);
        vm.warp(START + 50);
        eq(escrow.settle(lease), 500, "gross");
        eq(escrow.balanceOf(host), 450, "host");
        eq(escrow.balanceOf(treasury), 50, "fee");
        eq(escrow.balanceOf(agent), 0, "agent");
    }

    function testFuzz_mandate_anyUse_costsTheClientNoMoreThanTheBudget(
        uint96 budget,
        uint32[8] calldata steps,
        uint8[8] calldata choices
    ) public {
        budget = uint96(within(budget, 1, 100_000));
        grant(budget, 1000, uint64(START + 365 days));
        bytes32[] memory leases = new bytes32[](8);
        for (uint256 i = 0; i < 8; i++) {
            Leases.Offer[] memory offers = new Leases.Offer[](1);
            Leases.Signature[] memory signatures = new Leases.Signature[](1);
            offers[0] = offer(uint96(within(steps[i] >> 16, 1, 40)) * 10, i);
            signatures[0] = signature(HOST_KEY, escrow.leaseId(offers[0]));
            vm.prank(agent);
            try escrow.openFor(client, offers, signatures, uint32(within(choices[i], 1, 255)), SHOP) returns (
                bytes32[] memory opened
            ) {
                leases[i] = opened[0];
            } catch {}
            vm.prank(agent);
            try escrow.topUpFor(leases[i / 2], uint32(choices[7 - i])) {} catch {}
            vm.warp(block.timestamp + steps[i] % 300);
            vm.prank(agent);
            try escrow.close(leases[choices[i] % 8], 0) {} catch {}
            check(escrow.balanceOf(client) + budget >= 100_000, "the budget bounds what the balance loses");
        }
        vm.prank(client);
        escrow.closeMany(leases, 0);
        Mandates.Mandate memory mandate = escrow.mandateOf(client, agent, SHOP);
        eq(mandate.rate, 0, "rate");
        eq(mandate.used, 100_000 - escrow.balanceOf(client), "used is what the leases cost");
        eq(escrow.balanceOf(agent), 0, "agent");
    }

    function grant(uint96 budget, uint96 mostRate, uint64 expiry) private {
        vm.prank(client);
        escrow.grant(agent, SHOP, budget, mostRate, expiry);
    }

    function offerAt(uint96 rate, uint256 nonce, uint256 time) private view returns (Leases.Offer memory terms) {
        terms = offer(rate, nonce);
        terms.expiry = uint64(time + 1 hours);
    }

    function openFor(uint96 rate, uint32 paidSeconds, uint256 nonce) private returns (bytes32) {
        return openFor(offer(rate, nonce), paidSeconds);
    }

    function openFor(Leases.Offer memory terms, uint32 paidSeconds) private returns (bytes32) {
        (Leases.Offer[] memory offers, Leases.Signature[] memory signatures) = signed(terms);
        vm.prank(agent);
        return escrow.openFor(client, offers, signatures, paidSeconds, SHOP)[0];
    }

    function refusesOpen(
        address by,
        address payer,
        bytes32 deployment,
        Leases.Offer memory terms,
        uint32 paidSeconds,
        bytes memory refusal
    ) private {
        (Leases.Offer[] memory offers, Leases.Signature[] memory signatures) = signed(terms);
        vm.prank(by);
        vm.expectRevert(refusal);
        escrow.openFor(payer, offers, signatures, paidSeconds, deployment);
    }

    function refusesTopUp(address by, bytes32 lease, uint32 paidSeconds, bytes memory refusal) private {
        vm.prank(by);
        vm.expectRevert(refusal);
        escrow.topUpFor(lease, paidSeconds);
    }

    function refusesGrant(address to, uint96 budget, uint96 mostRate, uint64 expiry, bytes memory refusal) private {
        vm.prank(client);
        vm.expectRevert(refusal);
        escrow.grant(to, SHOP, budget, mostRate, expiry);
    }

    function signed(Leases.Offer memory terms)
        private
        view
        returns (Leases.Offer[] memory offers, Leases.Signature[] memory signatures)
    {
        offers = new Leases.Offer[](1);
        signatures = new Leases.Signature[](1);
        offers[0] = terms;
        signatures[0] = signature(HOST_KEY, escrow.leaseId(terms));
    }
}
