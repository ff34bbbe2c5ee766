// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Exchange} from "./Exchange.sol";
import {TestDollar} from "../src/TestDollar.sol";
import {IPair, TwapPrice} from "../src/TwapPrice.sol";

contract TwapPriceTest is Exchange {
    uint256 private constant COINS = 1_000_000e18;
    uint256 private constant DOLLARS = 500_000e6;

    function test_update_steadyPool_givesItsPrice() public {
        addLiquidity(COINS, DOLLARS);
        vm.expectRevert(abi.encodeWithSelector(TwapPrice.NoPrice.selector));
        twap.price();
        check(twap.update(), "first observation");
        vm.warp(START + WINDOW - 1);
        check(!twap.update(), "too early");
        vm.warp(START + WINDOW);
        check(twap.update(), "average");
        // Half a dollar for a coin; the pair's fixed point rounds down once.
        within1(twap.toCoin(1e6), 2e18);
        within1(twap.toDollars(1_000_000e18), 500_000e6);
    }

    function test_update_priceMovesHalfway_givesTheMean() public {
        addLiquidity(COINS, DOLLARS);
        twap.update();
        vm.warp(START + WINDOW);
        uint256 before = spot();
        swap(address(dollar), address(coin), DOLLARS / 10);
        uint256 later = spot();
        vm.warp(START + 2 * WINDOW);
        twap.update();
        within1(twap.price(), (before + later) / 2);
        check(later > before, "dearer");
    }

    function test_update_whenTheCoinIsTheOtherToken_givesTheSamePrice() public {
        (TestDollar low, TestDollar high) = (new TestDollar(), new TestDollar());
        if (address(low) > address(high)) (low, high) = (high, low);
        IPair both = IPair(factory.createPair(address(low), address(high)));
        TwapPrice lowPrice = new TwapPrice(both, address(low), WINDOW, MAX_AGE);
        TwapPrice highPrice = new TwapPrice(both, address(high), WINDOW, MAX_AGE);
        low.mint(address(this), 3e6);
        high.mint(address(this), 6e6);
        low.approve(address(router), 3e6);
        high.approve(address(router), 6e6);
        router.addLiquidity(address(low), address(high), 3e6, 6e6, 0, 0, address(this), block.timestamp);
        lowPrice.update();
        highPrice.update();
        vm.warp(START + WINDOW);
        lowPrice.update();
        highPrice.update();
        eq(lowPrice.price(), 2 << 112, "two");
        eq(highPrice.price(), 1 << 111, "half");
    }

    function test_update_emptyPool_reverts() public {
        vm.expectRevert(abi.encodeWithSelector(TwapPrice.EmptyPool.selector));
        twap.update();
        eq(twap.observedAt(), 0, "nothing observed");
    }

    function test_price_notUpdated_isStale() public {
        addLiquidity(COINS, DOLLARS);
        twap.update();
        vm.warp(START + WINDOW);
        twap.update();
        vm.warp(START + WINDOW + MAX_AGE);
        twap.price();
        vm.warp(START + WINDOW + MAX_AGE + 1);
        vm.expectRevert(abi.encodeWithSelector(TwapPrice.StalePrice.selector, MAX_AGE + 1));
        twap.price();
        twap.update();
        vm.expectRevert(abi.encodeWithSelector(TwapPrice.StalePrice.selector, MAX_AGE + 1));
        twap.toCoin(1);
        vm.warp(block.timestamp + WINDOW);
        twap.update();
        twap.price();
    }

    function test_protocolFee_ofSwaps_goesToTheTreasury() public {
        eq(factory.feeTo(), treasury, "fee to");
        eq(dollar.decimals(), 6, "decimals");
        addLiquidity(COINS, DOLLARS);
        swap(address(dollar), address(coin), DOLLARS);
        swap(address(coin), address(dollar), COINS / 2);
        router.removeLiquidity(address(coin), address(dollar), 1e12, 0, 0, address(this), block.timestamp);
        check(pair.balanceOf(treasury) > 0, "treasury has liquidity");
    }

    function test_swap_leastOutNotMet_reverts() public {
        addLiquidity(COINS, DOLLARS);
        address[] memory path = new address[](2);
        (path[0], path[1]) = (address(dollar), address(coin));
        vm.expectRevert(abi.encodeWithSignature("Error(string)", "UniswapV2Router: INSUFFICIENT_OUTPUT_AMOUNT"));
        router.swapExactTokensForTokens(1e6, 2e18, path, address(this), block.timestamp);
    }

    function testFuzz_swaps_anyAmounts_neverShrinkTheProduct(uint80[8] calldata amounts) public {
        addLiquidity(COINS, DOLLARS);
        uint256 product = COINS * DOLLARS;
        for (uint256 i = 0; i < amounts.length; i++) {
            if (i % 2 == 0) swap(address(dollar), address(coin), within(amounts[i], 1e3, DOLLARS));
            else swap(address(coin), address(dollar), within(amounts[i], 1e15, COINS));
            (uint112 reserve0, uint112 reserve1,) = pair.getReserves();
            check(uint256(reserve0) * reserve1 >= product, "product");
            product = uint256(reserve0) * reserve1;
        }
    }

    function test_constructor_badArguments_revert() public {
        vm.expectRevert(abi.encodeWithSelector(TwapPrice.NoCode.selector, other));
        new TwapPrice(IPair(other), address(coin), WINDOW, MAX_AGE);
        vm.expectRevert(abi.encodeWithSelector(TwapPrice.NotInPair.selector, other));
        new TwapPrice(pair, other, WINDOW, MAX_AGE);
        vm.expectRevert(abi.encodeWithSelector(TwapPrice.InvalidWindow.selector, 0, MAX_AGE));
        new TwapPrice(pair, address(coin), 0, MAX_AGE);
        vm.expectRevert(abi.encodeWithSelector(TwapPrice.InvalidWindow.selector, 2, 1));
        new TwapPrice(pair, address(coin), 2, 1);
    }

    function spot() private view returns (uint256) {
        (uint256 reserve0, uint256 reserve1,) = pair.getReserves();
        return twap.COIN_IS_TOKEN0() ? (reserve1 << 112) / reserve0 : (reserve0 << 112) / reserve1;
    }

    /// Equal to one part in a million million, or one unit.
    function within1(uint256 seen, uint256 expected) private pure {
        uint256 gap = seen > expected ? seen - expected : expected - seen;
        check(gap <= 1 + expected / 1e12, "price");
    }
}
