// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";

/// What is used of a pair of Uniswap V2.
interface IPair {
    function token0() external view returns (address);
    function token1() external view returns (address);
    function getReserves() external view returns (uint112 reserve0, uint112 reserve1, uint32 blockTimestampLast);
    function price0CumulativeLast() external view returns (uint256);
    function price1CumulativeLast() external view returns (uint256);
}

/// The coin's price in the stablecoin, averaged over time by the pair's own cumulative price, as Uniswap V2 foresees it:
/// to move it, one must hold the pair's price away from the market's for a good part of the window.
///
/// Anyone may call `update`; each call at least WINDOW after the one before makes a new average. Offers are priced by this before they are
/// signed; no contract moves money by it.
contract TwapPrice {
    IPair public immutable PAIR;
    bool public immutable COIN_IS_TOKEN0;
    /// Seconds that an average covers at least.
    uint256 public immutable WINDOW;
    /// Seconds after which an average is stale, and that it covers at most.
    uint256 public immutable MAX_AGE;

    /// The pair's cumulative price at the last observation.
    uint256 public observedCumulative;
    /// Units of the stablecoin for one unit of the coin, times 2^112.
    uint224 public average;
    /// Unix times in seconds, modulo 2^32 like the pair's. 0: never.
    uint32 public observedAt;
    uint32 public averagedAt;

    event PriceUpdated(uint256 average, uint256 elapsedSeconds);

    error NoCode(address account);
    error NotInPair(address coin);
    error InvalidWindow(uint256 window, uint256 maxAge);
    error EmptyPool();
    error NoPrice();
    error StalePrice(uint256 ageSeconds);

    constructor(IPair pair, address coin, uint256 window, uint256 maxAge) {
        if (address(pair).code.length == 0) revert NoCode(address(pair));
        bool isToken0 = pair.token0() == coin;
        if (!isToken0 && pair.token1() != coin) revert NotInPair(coin);
        if (window == 0 || maxAge < window) revert InvalidWindow(window, maxAge);
        PAIR = pair;
        COIN_IS_TOKEN0 = isToken0;
        WINDOW = window;
        MAX_AGE = maxAge;
    }

    /// Observes the pair, and averages since the last observation if that is WINDOW to MAX_AGE ago. Says whether it did anything.
    function update() external returns (bool updated) {
        uint256 cumulative = _cumulative();
        uint32 time = uint32(block.timestamp);
        uint256 elapsed;
        unchecked {
            elapsed = uint32(time - observedAt);
        }
        if (observedAt != 0 && elapsed < WINDOW) return false;
        if (observedAt != 0 && elapsed <= MAX_AGE) {
            unchecked {
                average = uint224((cumulative - observedCumulative) / elapsed);
            }
            averagedAt = time;
            emit PriceUpdated(average, elapsed);
        }
        observedCumulative = cumulative;
        observedAt = time;
        return true;
    }

    /// Units of the stablecoin for one unit of the coin, times 2^112.
    function price() public view returns (uint256) {
        if (average == 0) revert NoPrice();
        uint256 age;
        unchecked {
            age = uint32(uint32(block.timestamp) - averagedAt);
        }
        if (age > MAX_AGE) revert StalePrice(age);
        return average;
    }

    /// Units of the coin for an amount of the stablecoin, rounded down.
    function toCoin(uint128 dollars) external view returns (uint256) {
        return (uint256(dollars) << 112) / price();
    }

    /// Units of the stablecoin for an amount of the coin, rounded down.
    function toDollars(uint96 coins) external view returns (uint256) {
        return Math.mulDiv(coins, price(), 1 << 112);
    }

    /// The pair's cumulative price as it would be if the pair were touched now. It overflows by design; only differences count.
    function _cumulative() private view returns (uint256 cumulative) {
        (uint112 reserve0, uint112 reserve1, uint32 last) = PAIR.getReserves();
        if (reserve0 == 0 || reserve1 == 0) revert EmptyPool();
        cumulative = COIN_IS_TOKEN0 ? PAIR.price0CumulativeLast() : PAIR.price1CumulativeLast();
        (uint256 coins, uint256 dollars) = COIN_IS_TOKEN0 ? (reserve0, reserve1) : (reserve1, reserve0);
        unchecked {
            uint32 elapsed = uint32(block.timestamp) - last;
            cumulative += ((dollars << 112) / coins) * elapsed;
        }
    }
}
