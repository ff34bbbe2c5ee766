// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ERC20} from "@openzeppelin/contracts/token/ERC20/ERC20.sol";

/// The dollar of development chains: six decimals, and anyone may mint. It is worth nothing and is deployed nowhere else.
contract TestDollar is ERC20("Zansoc Test Dollar", "tUSD") {
    function mint(address account, uint256 amount) external {
        _mint(account, amount);
    }

    function decimals() public pure override returns (uint8) {
        return 6;
    }
}
