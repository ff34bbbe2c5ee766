// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {Coin} from "../Coin.sol";

/// Keeps everybody's coins: the one place where coins come in and go out.
///
/// An account's balance is what it can withdraw at any time. What a lease, a channel or a module holds is in nobody's balance.
/// Nobody can pause, own or upgrade anything. The two modules are fixed at construction, and can use only what they locked before.
abstract contract Custody is EIP712 {
    /// The provider's commission is a tenth of every payment, rounded down.
    uint256 public constant COMMISSION_DIVISOR = 10;

    Coin public immutable COIN;
    address public immutable TREASURY;
    address public immutable REGISTRY;
    address public immutable DEALS;

    /// The lower half of the slot is the balance, the upper half what the account was ever rewarded with. Neither half can overflow: no
    /// amount exceeds the coin's supply, which fits 90 bits.
    mapping(address account => uint256) private _accounts;

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
    error Misplaced();
    error NothingToReward(address account, uint256 rewarded);
    error AboveMinted(uint256 amount, uint256 unclaimed);
    error SignerMismatch(address signer, address expected);
    error InvalidSignature();
    error NoCode(address account);

    constructor(Coin coin, address treasury, address registry, address deals) {
        if (address(coin).code.length == 0) revert NoCode(address(coin));
        if (coin.MINTER() != address(this)) revert Misplaced();
        if (treasury == address(0)) revert InvalidAccount(treasury);
        COIN = coin;
        TREASURY = treasury;
        REGISTRY = registry;
        DEALS = deals;
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
        if (to == address(this)) revert InvalidAccount(to);
        _debit(msg.sender, amount);
        emit Withdrawn(msg.sender, to, amount);
        // The coin reverts or gives true; it refuses the zero address.
        COIN.transfer(to, amount);
    }

    function balanceOf(address account) external view returns (uint256) {
        return uint128(_accounts[account]);
    }

    function rewardedOf(address account) external view returns (uint256) {
        return _accounts[account] >> 128;
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

    // ---- what leases, vouchers and rewards use

    function _credit(address account, uint256 amount) internal {
        unchecked {
            if (amount != 0) _accounts[account] += amount;
        }
    }

    function _debit(address account, uint256 amount) internal {
        if (amount == 0) revert ZeroAmount();
        uint256 entry = _accounts[account];
        if (amount > uint128(entry)) revert InsufficientBalance(account, uint128(entry), amount);
        unchecked {
            _accounts[account] = entry - amount;
        }
    }

    /// Credits what an account has earned above what it was rewarded with before. The caller answers for the coins being there.
    function _reward(address account, uint256 cumulative, uint256 most) internal returns (uint256 amount) {
        uint256 entry = _accounts[account];
        uint256 rewarded = entry >> 128;
        if (cumulative <= rewarded) revert NothingToReward(account, rewarded);
        amount = cumulative - rewarded;
        if (amount > most) revert AboveMinted(amount, most);
        unchecked {
            _accounts[account] = entry + (amount << 128) + amount;
        }
        emit Rewarded(account, amount, cumulative);
    }

    /// Splits a payment: host and fee add up to gross exactly.
    function _pay(address host, uint256 gross) internal returns (uint256 fee) {
        unchecked {
            fee = gross / COMMISSION_DIVISOR;
            _credit(TREASURY, fee);
            _credit(host, gross - fee);
        }
    }

    function _checkSigner(bytes32 digest, address expected, bytes32 r, bytes32 vs) internal view {
        address signer = _signer(digest, r, vs);
        if (signer != expected) revert SignerMismatch(signer, expected);
    }

    /// Who signed a digest, by a compact signature (EIP-2098). It is what ECDSA.recover does, without its allocations, which are a good
    /// part of what a voucher costs. Nothing here depends on a signature having one form only: ids are digests.
    function _signer(bytes32 digest, bytes32 r, bytes32 vs) internal view returns (address signer) {
        assembly ("memory-safe") {
            let memory_ := mload(0x40)
            mstore(memory_, digest)
            mstore(add(memory_, 0x20), add(shr(255, vs), 27))
            mstore(add(memory_, 0x40), r)
            mstore(add(memory_, 0x60), shr(1, shl(1, vs)))
            mstore(0, 0)
            pop(staticcall(gas(), 1, memory_, 0x80, 0, 0x20))
            signer := mload(0)
        }
        if (signer == address(0)) revert InvalidSignature();
    }

    function _deposit(address account, uint256 amount) private {
        if (amount == 0) revert ZeroAmount();
        if (account == address(0)) revert InvalidAccount(account);
        _credit(account, amount);
        emit Deposited(account, msg.sender, amount);
        COIN.transferFrom(msg.sender, address(this), amount);
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
