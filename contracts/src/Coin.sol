// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ERC20} from "@openzeppelin/contracts/token/ERC20/ERC20.sol";
import {ERC20Permit} from "@openzeppelin/contracts/token/ERC20/extensions/ERC20Permit.sol";
import {ERC3009} from "@openzeppelin/contracts/token/ERC20/extensions/draft-ERC3009.sol";

/// The network's coin: ERC-20 with EIP-2612 permits and ERC-3009 authorizations, 18 decimals, and a supply that has a cap.
/// Part of it exists from the start; the rest is minted by one contract only, the escrow, by the schedule of its rewards. Nobody owns it.
contract Coin is ERC20Permit, ERC3009 {
    uint256 public constant CAP = 1_000_000_000e18;
    uint256 public constant GENESIS = 400_000_000e18;

    address public immutable MINTER;

    error NotMinter(address caller);
    error CapExceeded(uint256 amount, uint256 room);

    constructor(address genesis, address minter) ERC20("Zansoc", "ZANS") ERC20Permit("Zansoc") {
        MINTER = minter;
        _mint(genesis, GENESIS);
    }

    /// Mints to an account, by the minter alone and never beyond the cap.
    function mint(address account, uint256 amount) external {
        if (msg.sender != MINTER) revert NotMinter(msg.sender);
        // Checked here and not in every transfer: nothing else mints.
        uint256 room = CAP - totalSupply();
        if (amount > room) revert CapExceeded(amount, room);
        _mint(account, amount);
    }
}
