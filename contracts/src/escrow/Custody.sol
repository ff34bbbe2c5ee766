// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {ECDSA} from "@openzeppelin/contracts/utils/cryptography/ECDSA.sol";
import {Coin} from "../Coin.sol";

/// Keeps everybody's coins: the one place where coins come in and go out.
///
/// An account's balance is what it can withdraw at any time. What a lease, a channel or a module holds is in nobody's balance.
/// Nobody can pause, own or upgrade anything. The three modules are fixed at construction: registry and deals can use only
/// what they locked before; rewards can credit only what its schedule minted into this contract.
abstract contract Custody is EIP712 {
    /// The provider's commission is a tenth of every payment, rounded down.
    uint256 public constant COMMISSION_DIVISOR = 10;

    struct Account {
        uint128 balance;
        /// What rewards have credited so far, ever.
        uint128 rewarded;
    }

    Coin public immutable COIN;
    address public immutable TREASURY;
    address public immutable REGISTRY;
    address public immutable DEALS;
    address public immutable REWARDS;

    mapping(address account => Account) private _accounts;

    /// What a module has locked and neither released nor paid.
    mapping(address module => uint256 amount) public held;

    event Deposited(address indexed account, address indexed from, uint256 amount);
    event Withdrawn(address indexed account, address indexed to, uint256 amount);
    event Locked(address indexed module, address indexed account, uint256 amount);
    event Released(address indexed module, address indexed account, uint256 amount);
    event Paid(address indexed module, address indexed host, uint256 gross, uint256 fee);
    event Rewarded(address indexed account, uint256 amount, uint256 cumulative);

    error ZeroAmount();
    error InsufficientBalance(address account, uint256 balance, uint256 needed);
    error InsufficientHeld(address module, uint256 held, uint256 needed);
    error InvalidAccount(address account);
    error NotModule(address caller);
    error NothingToReward(address account, uint256 rewarded);
    error SignerMismatch(address signer, address expected);
    error NoCode(address account);

    constructor(Coin coin, address treasury, address registry, address deals, address rewards) {
        if (address(coin).code.length == 0) revert NoCode(address(coin));
        if (treasury == address(0)) revert InvalidAccount(treasury);
        COIN = coin;
        TREASURY = treasury;
        REGISTRY = registry;
        DEALS = deals;
        REWARDS = rewards;
    }

    // ---- accounts

    /// Puts the caller's coins into an account; the caller has approved this contract before.
    function deposit(address account, uint256 amount) external {
        _deposit(account, amount);
    }

    /// Puts the caller's coins into its account with a permit for exactly this amount. A permit that somebody else
    /// has handed in already does no harm: it has set the allowance that is used here.
    function depositWithPermit(uint256 amount, uint256 deadline, uint8 v, bytes32 r, bytes32 s) external {
        try COIN.permit(msg.sender, address(this), amount, deadline, v, r, s) {} catch {}
        _deposit(msg.sender, amount);
    }

    /// Sends coins of the caller's balance to an address. Nobody can stop this.
    function withdraw(address to, uint256 amount) external {
        if (to == address(0) || to == address(this)) revert InvalidAccount(to);
        _debit(msg.sender, amount);
        emit Withdrawn(msg.sender, to, amount);
        require(COIN.transfer(to, amount));
    }

    function balanceOf(address account) external view returns (uint256) {
        return _accounts[account].balance;
    }

    function rewardedOf(address account) external view returns (uint256) {
        return _accounts[account].rewarded;
    }

    // ---- modules

    /// Takes an amount out of an account and holds it for the calling module.
    function lock(address account, uint256 amount) external {
        _checkModule();
        _debit(account, amount);
        held[msg.sender] += amount;
        emit Locked(msg.sender, account, amount);
    }

    /// Puts an amount that is held for the calling module into an account; the commission is not taken.
    function release(address account, uint256 amount) external {
        _checkModule();
        _takeHeld(amount);
        _credit(account, amount);
        emit Released(msg.sender, account, amount);
    }

    /// Pays a host from what is held for the calling module, less the commission.
    function pay(address host, uint256 gross) external {
        _checkModule();
        _takeHeld(gross);
        uint256 fee = _pay(host, gross);
        emit Paid(msg.sender, host, gross, fee);
    }

    /// Credits what an account has earned above what it was credited before; rewards has minted it into this contract.
    function reward(address account, uint256 cumulative) external returns (uint256 amount) {
        if (msg.sender != REWARDS) revert NotModule(msg.sender);
        Account memory before = _accounts[account];
        if (cumulative <= before.rewarded) revert NothingToReward(account, before.rewarded);
        amount = cumulative - before.rewarded;
        // Rewards takes the amount from what it minted, in the same transaction, so both fit.
        _accounts[account] = Account(before.balance + uint128(amount), uint128(cumulative));
        emit Rewarded(account, amount, cumulative);
    }

    // ---- what leases and vouchers use

    function _credit(address account, uint256 amount) internal {
        // No amount exceeds the coin's supply, which fits 90 bits.
        if (amount != 0) _accounts[account].balance += uint128(amount);
    }

    function _debit(address account, uint256 amount) internal {
        if (amount == 0) revert ZeroAmount();
        uint256 balance = _accounts[account].balance;
        if (amount > balance) revert InsufficientBalance(account, balance, amount);
        unchecked {
            _accounts[account].balance = uint128(balance - amount);
        }
    }

    /// Splits a payment: host and fee add up to gross exactly.
    function _pay(address host, uint256 gross) internal returns (uint256 fee) {
        fee = gross / COMMISSION_DIVISOR;
        _credit(TREASURY, fee);
        _credit(host, gross - fee);
    }

    function _checkSigner(bytes32 structHash, address expected, bytes32 r, bytes32 vs) internal view returns (bytes32 digest) {
        digest = _hashTypedDataV4(structHash);
        address signer = ECDSA.recover(digest, r, vs);
        if (signer != expected) revert SignerMismatch(signer, expected);
    }

    function _deposit(address account, uint256 amount) private {
        if (amount == 0) revert ZeroAmount();
        if (account == address(0)) revert InvalidAccount(account);
        _credit(account, amount);
        emit Deposited(account, msg.sender, amount);
        require(COIN.transferFrom(msg.sender, address(this), amount));
    }

    function _takeHeld(uint256 amount) private {
        uint256 available = held[msg.sender];
        if (amount > available) revert InsufficientHeld(msg.sender, available, amount);
        unchecked {
            held[msg.sender] = available - amount;
        }
    }

    function _checkModule() private view {
        if (msg.sender != REGISTRY && msg.sender != DEALS) revert NotModule(msg.sender);
    }
}
