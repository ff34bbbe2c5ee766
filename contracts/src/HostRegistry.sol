// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Escrow} from "./escrow/Escrow.sol";

/// Who hosts are, and the stake that they answer with.
///
/// The id is SHA-256 of an Ed25519 key, whose signature binds it to the address. The chain cannot verify that signature at a sane price:
/// it is published, and whoever relies on a binding verifies it. An id therefore belongs to no address here; a false claim is visible.
contract HostRegistry {
    struct Host {
        bytes32 id;
        /// SHA-256 of the document of the host's endpoints.
        bytes32 endpoints;
        uint96 stake;
        uint96 thawing;
        /// Unix time in seconds from which what thaws can be taken out.
        uint48 thawedAt;
        uint16 capacityClass;
    }

    /// Longer than any period of a storage deal, so that a fault can be called before the stake is gone.
    uint256 public constant THAW_DELAY = 14 days;

    /// Who calls a fault gets a tenth of what is slashed.
    uint256 public constant BOUNTY_DIVISOR = 10;

    Escrow public immutable ESCROW;
    address public immutable SLASHER;

    mapping(address host => Host) private _hosts;

    event HostRegistered(
        address indexed host, bytes32 indexed id, bytes32 publicKey, bytes32 signatureR, bytes32 signatureS
    );
    event HostDescribed(address indexed host, bytes32 endpoints, uint256 capacityClass);
    event Staked(address indexed host, uint256 amount, uint256 stake);
    event Thawing(address indexed host, uint256 amount, uint256 thawing, uint256 thawedAt);
    event Unstaked(address indexed host, uint256 amount);
    event Slashed(
        address indexed host, address indexed victim, address indexed caller, uint256 fromStake, uint256 fromThawing, uint256 bounty
    );

    error Misplaced();
    error NotSlasher(address caller);
    error InsufficientStake(uint256 stake, uint256 needed);
    error NothingThaws();
    error StillThawing(uint256 thawedAt);
    error ZeroAmount();

    constructor(Escrow escrow, address slasher) {
        if (escrow.REGISTRY() != address(this) || escrow.DEALS() != slasher) revert Misplaced();
        ESCROW = escrow;
        SLASHER = slasher;
    }

    /// Says which Ed25519 key speaks for the caller. The signature (64 bytes, in two halves) is over bindingMessage(host).
    function register(
        bytes32 publicKey,
        bytes32 signatureR,
        bytes32 signatureS,
        bytes32 endpoints,
        uint16 capacityClass
    ) external returns (bytes32 id) {
        id = sha256(abi.encodePacked(publicKey));
        _hosts[msg.sender].id = id;
        emit HostRegistered(msg.sender, id, publicKey, signatureR, signatureS);
        describe(endpoints, capacityClass);
    }

    /// Changes where the caller is reached and what class of machine it is.
    function describe(bytes32 endpoints, uint16 capacityClass) public {
        Host storage host = _hosts[msg.sender];
        host.endpoints = endpoints;
        host.capacityClass = capacityClass;
        emit HostDescribed(msg.sender, endpoints, capacityClass);
    }

    /// Moves an amount of the caller's balance in the escrow to its stake.
    function stake(uint256 amount) external {
        ESCROW.lock(msg.sender, amount);
        Host storage host = _hosts[msg.sender];
        host.stake += uint96(amount);
        emit Staked(msg.sender, amount, host.stake);
    }

    /// Begins to take an amount out of the stake. It can be slashed until it is taken out, THAW_DELAY from now; a second call makes all
    /// that thaws wait anew.
    function thaw(uint256 amount) external {
        if (amount == 0) revert ZeroAmount();
        Host storage host = _hosts[msg.sender];
        if (amount > host.stake) revert InsufficientStake(host.stake, amount);
        uint48 thawedAt = uint48(block.timestamp + THAW_DELAY);
        host.stake -= uint96(amount);
        host.thawing += uint96(amount);
        host.thawedAt = thawedAt;
        emit Thawing(msg.sender, amount, host.thawing, thawedAt);
    }

    /// Puts what has thawed into the caller's balance in the escrow.
    function unstake() external returns (uint256 amount) {
        Host storage host = _hosts[msg.sender];
        amount = host.thawing;
        if (amount == 0) revert NothingThaws();
        if (block.timestamp < host.thawedAt) revert StillThawing(host.thawedAt);
        host.thawing = 0;
        host.thawedAt = 0;
        emit Unstaked(msg.sender, amount);
        ESCROW.release(msg.sender, amount);
    }

    /// Takes up to an amount from a host's stake, then from what thaws: a tenth to who called the fault, the rest to the victim.
    function slash(address account, uint256 amount, address victim, address caller)
        external
        returns (uint256 slashed, uint256 bounty)
    {
        if (msg.sender != SLASHER) revert NotSlasher(msg.sender);
        Host storage host = _hosts[account];
        uint256 fromStake = _smaller(amount, host.stake);
        uint256 fromThawing = _smaller(amount - fromStake, host.thawing);
        slashed = fromStake + fromThawing;
        bounty = slashed / BOUNTY_DIVISOR;
        host.stake -= uint96(fromStake);
        host.thawing -= uint96(fromThawing);
        emit Slashed(account, victim, caller, fromStake, fromThawing, bounty);
        ESCROW.release(caller, bounty);
        ESCROW.release(victim, slashed - bounty);
    }

    function hostOf(address host) external view returns (Host memory) {
        return _hosts[host];
    }

    /// What a host answers with now, without what thaws.
    function stakeOf(address host) external view returns (uint256) {
        return _hosts[host].stake;
    }

    /// The bytes that a host's Ed25519 key signs: the text "zansoc-evm-1:", the chain id (32 bytes, big endian), this contract (20 bytes)
    /// and the host's address (20 bytes).
    function bindingMessage(address host) external view returns (bytes memory) {
        return abi.encodePacked("zansoc-evm-1:", block.chainid, address(this), host);
    }

    function _smaller(uint256 a, uint256 b) private pure returns (uint256) {
        return a < b ? a : b;
    }
}
