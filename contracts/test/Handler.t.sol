// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Base} from "./Base.sol";
import {Handler} from "./Handler.sol";

/// The invariants are worth something only if the handler's actions do what they are named for.
contract HandlerTest is Base {
    function test_actions_called_leaveTheirTraces() public {
        Handler handler = new Handler();
        uint256 deposited = handler.deposited();
        handler.deposit(0, 5);
        handler.depositWithStolenPermit(0, 7);
        eq(handler.deposited(), deposited + 12, "deposited");
        handler.withdraw(0, 3);
        eq(handler.withdrawn(), 3, "withdrawn");
        handler.donate(9);
        eq(handler.donated(), 9, "donated");

        handler.openLease(0, 1, 100, 1000);
        bytes32 lease = handler.leases(0);
        handler.pass(100, 1);
        handler.settle(0);
        handler.topUp(0, 2, 50);
        handler.pass(100, 1);
        handler.settleAll();
        (,, uint256 prepaid, uint256 paid,,) = handler.leaseSums(lease);
        eq(prepaid, 1_050_000, "prepaid");
        eq(paid, 200_000, "paid");
        handler.close(0, true);
        eq(handler.fees(), 20_000, "fees");

        handler.grant(0, 1e18, 2000, 10 days);
        handler.openFor(0, 1, 100, 1000);
        bytes32 second = handler.leases(0);
        eq(handler.agentPrepaid(second), 1_000_000, "prepaid by the agent");
        handler.openFor(0, 1, 101, 1000);
        handler.topUpFor(0, 100);
        eq(handler.agentPrepaid(second), 1_100_000, "topped up by the agent");
        handler.topUp(0, 2, 50);
        handler.pass(500, 1);
        handler.closeFor(0);
        (,, uint256 cost) = handler.mandateSums(handler.actors(0));
        eq(cost, 450_000, "cost to the mandate");
        handler.revoke(0);
        handler.openFor(0, 1, 100, 1000);
        handler.openLease(0, 1, 100, 1000);
        handler.closeFor(0);
        handler.close(0, true);
        handler.checkMandates();

        handler.fund(3, 1e18);
        handler.redeem(3, 1e17);
        eq(handler.vouchersPaid(handler.actors(3)), 1e17, "redeemed");
        handler.closeChannel(3, true);
        eq(handler.vouchersFunded(handler.actors(3)), 1e17, "channel closed");

        handler.openDeal(0, 1, 100, 55, 3);
        handler.prove(0);
        eq(handler.fees(), 20_000 + 50_000 + 1e16 + 10, "fee of a proof");
        handler.pass(0, 250);
        handler.thaw(1, type(uint96).max);
        handler.fault(0, 1);
        eq(handler.slashed(), 55, "slashed");
        eq(handler.bounties(), 5, "bounty");
        handler.stake(1, 77);
        handler.unstake(1);
        check(handler.unstaked() > 0, "unstaked");

        handler.openDeal(2, 3, 100, 55, 3);
        (uint256 before,) = handler.inDeals();
        handler.end(1, false);
        (uint256 later,) = handler.inDeals();
        check(later < before, "ended");

        handler.publishAndClaim(2, 1e18);
        eq(handler.minted(), 1e18, "minted");
        for (uint256 theft = 0; theft < 8; theft++) handler.steal(theft, 0, 1);
        handler.leaveAll();
        eq(handler.custody(), 9, "gifts");
    }
}
