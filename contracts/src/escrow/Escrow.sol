// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {Multicall} from "@openzeppelin/contracts/utils/Multicall.sol";
import {Coin} from "../Coin.sol";
import {Custody} from "./Custody.sol";
import {Mandates} from "./Mandates.sol";
import {Rewards} from "./Rewards.sol";
import {Vouchers} from "./Vouchers.sol";

/// Custody together with the ways to pay out of it that are used most, so that no such payment crosses a contract.
/// `multicall` makes permit, deposit and opening one transaction; no function takes ether.
contract Escrow is Mandates, Vouchers, Rewards, Multicall {
    constructor(
        Coin coin,
        address treasury,
        address registry,
        address deals,
        address publisher,
        uint256 rewardsStart
    ) EIP712("Zansoc Escrow", "1") Custody(coin, treasury, registry, deals) Rewards(publisher, rewardsStart) {}
}
