// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Fixture} from "./Fixture.sol";
import {TestDollar} from "../src/TestDollar.sol";
import {IPair, TwapPrice} from "../src/TwapPrice.sol";

interface IFactory {
    function createPair(address a, address b) external returns (address pair);
    function setFeeTo(address to) external;
    function setFeeToSetter(address setter) external;
    function feeTo() external view returns (address);
}

interface IRouter {
    function addLiquidity(
        address a,
        address b,
        uint256 desiredA,
        uint256 desiredB,
        uint256 leastA,
        uint256 leastB,
        address to,
        uint256 deadline
    ) external returns (uint256 amountA, uint256 amountB, uint256 liquidity);
    function removeLiquidity(
        address a,
        address b,
        uint256 liquidity,
        uint256 leastA,
        uint256 leastB,
        address to,
        uint256 deadline
    ) external returns (uint256 amountA, uint256 amountB);
    function swapExactTokensForTokens(
        uint256 amountIn,
        uint256 leastOut,
        address[] calldata path,
        address to,
        uint256 deadline
    ) external returns (uint256[] memory amounts);
}

interface IPairToken is IPair {
    function balanceOf(address account) external view returns (uint256);
    function approve(address spender, uint256 amount) external returns (bool);
    function sync() external;
}

/// The exchange: the published bytecode of Uniswap V2, out of the installed packages.
abstract contract Exchange is Fixture {
    uint256 internal constant WINDOW = 30 minutes;
    uint256 internal constant MAX_AGE = 1 days;

    TestDollar internal dollar;
    IFactory internal factory;
    IRouter internal router;
    IPairToken internal pair;
    TwapPrice internal twap;

    function setUp() public virtual override {
        super.setUp();
        dollar = new TestDollar();
        dollar.mint(address(this), 1e15);
        factory = IFactory(published("v2-core/build/UniswapV2Factory.json", abi.encode(address(this))));
        factory.setFeeTo(treasury);
        factory.setFeeToSetter(treasury);
        address weth = published("v2-periphery/build/WETH9.json", "");
        router = IRouter(published("v2-periphery/build/UniswapV2Router02.json", abi.encode(factory, weth)));
        pair = IPairToken(factory.createPair(address(coin), address(dollar)));
        twap = new TwapPrice(pair, address(coin), WINDOW, MAX_AGE);
        coin.approve(address(router), type(uint256).max);
        dollar.approve(address(router), type(uint256).max);
        pair.approve(address(router), type(uint256).max);
    }

    function addLiquidity(uint256 coins, uint256 dollars) internal {
        router.addLiquidity(
            address(coin), address(dollar), coins, dollars, 0, 0, address(this), block.timestamp
        );
    }

    function swap(address from, address to, uint256 amount) internal returns (uint256) {
        address[] memory path = new address[](2);
        (path[0], path[1]) = (from, to);
        return router.swapExactTokensForTokens(amount, 0, path, address(this), block.timestamp)[1];
    }

    function published(string memory artifact, bytes memory arguments) internal returns (address deployed) {
        string memory json = vm.readFile(string.concat("node_modules/@uniswap/", artifact));
        bytes memory code =
            bytes.concat(vm.parseBytes(string.concat("0x", vm.parseJsonString(json, ".bytecode"))), arguments);
        assembly ("memory-safe") {
            deployed := create(0, add(code, 32), mload(code))
        }
        check(deployed != address(0), artifact);
    }
}
