// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Base} from "./Base.sol";
import {Exchange} from "./Exchange.sol";
import {Handler} from "./Handler.sol";

struct FuzzSelector {
    address addr;
    bytes4[] selectors;
}

/// What must hold after every one of the handler's actions, whatever their order.
contract LedgerInvariants is Base {
    Handler private handler;

    function setUp() public {
        handler = new Handler();
    }

    function targetContracts() external view returns (address[] memory targets) {
        targets = new address[](1);
        targets[0] = address(handler);
    }

    function targetSelectors() external view returns (FuzzSelector[] memory targets) {
        bytes4[27] memory actions = [
            handler.pass.selector,
            handler.deposit.selector,
            handler.depositWithStolenPermit.selector,
            handler.withdraw.selector,
            handler.donate.selector,
            handler.openLease.selector,
            handler.topUp.selector,
            handler.settle.selector,
            handler.settleAll.selector,
            handler.close.selector,
            handler.grant.selector,
            handler.revoke.selector,
            handler.openFor.selector,
            handler.topUpFor.selector,
            handler.closeFor.selector,
            handler.fund.selector,
            handler.redeem.selector,
            handler.closeChannel.selector,
            handler.stake.selector,
            handler.thaw.selector,
            handler.unstake.selector,
            handler.openDeal.selector,
            handler.prove.selector,
            handler.fault.selector,
            handler.end.selector,
            handler.publishAndClaim.selector,
            handler.steal.selector
        ];
        targets = new FuzzSelector[](1);
        targets[0] = FuzzSelector(address(handler), new bytes4[](actions.length));
        for (uint256 i = 0; i < actions.length; i++) targets[0].selectors[i] = actions[i];
    }

    /// One campaign checks all of them after every call, so that each is tried with all of its calls.
    function invariant_ledger_keepsItsPromises() external view {
        custody_coversAllLiabilities();
        modules_holdWhatTheyOwe();
        leases_conserveMoney();
        mandates_areKept();
        deals_endEachPeriodOnce();
        vouchersAndFees_addUp();
        supply_staysBelowTheCap();
    }

    /// Custody has exactly what it owes, and what was given to it by mistake.
    function custody_coversAllLiabilities() private view {
        (uint256 deals,) = handler.inDeals();
        (uint256 stakes,) = handler.inStakes();
        uint256 liabilities = handler.balances() + handler.inLeases() + handler.inChannels() + deals + stakes;
        eq(handler.custody(), liabilities + handler.unclaimed() + handler.donated(), "custody");
        eq(
            handler.custody() + handler.withdrawn(),
            handler.deposited() + handler.minted() + handler.donated(),
            "what came in and went out"
        );
    }

    /// Modules hold what their deals and stakes add up to. What is slashed went to victims and callers, all of it.
    function modules_holdWhatTheyOwe() private view {
        (uint256 deals, uint256 heldByDeals) = handler.inDeals();
        (uint256 stakes, uint256 heldByRegistry) = handler.inStakes();
        eq(heldByDeals, deals, "deals");
        eq(heldByRegistry, stakes, "stakes");
        eq(handler.staked(), stakes + handler.unstaked() + handler.slashed(), "stake");
        eq(handler.slashed(), handler.bounties() + handler.compensations(), "slashed");
    }

    /// For each lease: deposited = paid + left + refunded; paid depends on the last settlement only; no debt.
    function leases_conserveMoney() private view {
        handler.checkLeases();
    }

    /// For each mandate: used = prepaid for open leases + cost of closed ones, never above the largest budget; its rate is that of its
    /// open leases; its agent has nothing.
    function mandates_areKept() private view {
        handler.checkMandates();
    }

    /// Each period of a deal ends in exactly one of proven, faulted, refunded.
    function deals_endEachPeriodOnce() private view {
        handler.checkDeals();
    }

    /// Vouchers pay only upwards and only what is funded; the treasury has exactly the fees.
    function vouchersAndFees_addUp() private view {
        handler.inChannels();
        eq(handler.treasuryBalance(), handler.fees(), "fees");
    }

    /// The supply is what was there at the start and what rewards have minted; it never exceeds the cap.
    function supply_staysBelowTheCap() private view {
        (uint256 supply, uint256 cap, uint256 genesis) = handler.supply();
        check(supply <= cap, "cap");
        eq(supply, genesis + handler.minted(), "minted");
        eq(handler.minted(), handler.rewarded() + handler.unclaimed(), "rewarded");
    }

    /// At the end of each run everybody leaves: no exit may fail, and nothing but gifts may stay behind.
    function afterInvariant() external {
        handler.leaveAll();
        eq(handler.balances(), 0, "balances");
        eq(handler.custody(), handler.unclaimed() + handler.donated(), "what is left");
    }
}

/// Swaps at random; liquidity is added and removed in between.
contract Trader is Exchange {
    uint256 public product;

    constructor() {
        setUp();
        addLiquidity(1_000_000e18, 500_000e6);
        remember();
    }

    function buy(uint96 dollars) external {
        swap(address(dollar), address(coin), within(dollars, 1e3, 100_000e6));
        grown();
    }

    function sell(uint96 coins) external {
        swap(address(coin), address(dollar), within(coins, 1e15, 100_000e18));
        grown();
    }

    function add(uint96 dollars) external {
        (uint256 coins, uint256 most) = reserves();
        uint256 value = within(dollars, 1e6, 1000e6);
        addLiquidity(value * coins / most + 1, value);
        remember();
    }

    function remove(uint96 liquidity) external {
        uint256 most = pair.balanceOf(address(this)) / 100;
        router.removeLiquidity(
            address(coin), address(dollar), within(liquidity, most / 2, most), 0, 0, address(this), block.timestamp
        );
        remember();
    }

    function pass(uint16 time) external {
        vm.warp(block.timestamp + time);
        twap.update();
    }

    function productNow() public view returns (uint256) {
        (uint256 coins, uint256 dollars) = reserves();
        return coins * dollars;
    }

    function reserves() public view returns (uint256 coins, uint256 dollars) {
        (uint112 reserve0, uint112 reserve1,) = pair.getReserves();
        return twap.COIN_IS_TOKEN0() ? (reserve0, reserve1) : (reserve1, reserve0);
    }

    function grown() private {
        check(productNow() >= product, "the product fell");
        remember();
    }

    function remember() private {
        product = productNow();
    }
}

contract ExchangeInvariants is Base {
    Trader private trader;

    function setUp() public {
        trader = new Trader();
    }

    function targetContracts() external view returns (address[] memory targets) {
        targets = new address[](1);
        targets[0] = address(trader);
    }

    function targetSelectors() external view returns (FuzzSelector[] memory targets) {
        targets = new FuzzSelector[](1);
        targets[0] = FuzzSelector(address(trader), new bytes4[](5));
        targets[0].selectors[0] = trader.buy.selector;
        targets[0].selectors[1] = trader.sell.selector;
        targets[0].selectors[2] = trader.add.selector;
        targets[0].selectors[3] = trader.remove.selector;
        targets[0].selectors[4] = trader.pass.selector;
    }

    /// No swap makes the product of the reserves smaller (also checked after each swap).
    function invariant_product_neverFallsOnSwaps() external view {
        check(trader.productNow() >= trader.product(), "product");
    }
}
