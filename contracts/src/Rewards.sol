// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {MerkleProof} from "@openzeppelin/contracts/utils/cryptography/MerkleProof.sol";
import {Coin} from "./Coin.sol";
import {Escrow} from "./escrow/Escrow.sol";

/// Rewards for what hosts contribute: coins minted by a schedule that ends below the coin's cap, divided by a public formula.
///
/// After an epoch the publisher mints what the epoch gives and publishes the Merkle root of everybody's cumulative reward, with the hash of
/// the measurements. It decides how an epoch's coins are divided, and everybody can recompute it with `allocation`; it can never mint
/// more than the schedule, nor touch what was claimed.
contract Rewards {
    /// What a host has contributed in an epoch, or the sum over all hosts. Uptime is counted in millionths of the epoch; the others are
    /// integrals of the measured figure over the epoch, already multiplied by uptime.
    struct Contribution {
        uint128 computing;
        uint128 graphics;
        uint128 bandwidth;
        uint128 uptime;
    }

    uint256 public constant EPOCH = 7 days;
    uint256 public constant EPOCHS_PER_HALVING = 104;
    /// What the first epochs give: the coins that are not there from the start, over two times the epochs of a halving, so that all
    /// epochs together never exceed them.
    uint256 public constant FIRST_EMISSION = 600_000_000e18 / (2 * EPOCHS_PER_HALVING);

    uint256 public constant COMPUTING_PERCENT = 40;
    uint256 public constant GRAPHICS_PERCENT = 30;
    uint256 public constant BANDWIDTH_PERCENT = 20;
    uint256 public constant UPTIME_PERCENT = 10;

    Coin public immutable COIN;
    Escrow public immutable ESCROW;
    address public immutable PUBLISHER;
    uint256 public immutable START;

    /// The first 20 bytes of the root, as in an address, and what was minted and not claimed: one slot makes a claim cheaper.
    bytes20 public root;
    uint96 public unclaimed;
    /// The first epoch that can still be published.
    uint256 public nextEpoch;

    event EpochPublished(uint256 indexed epoch, bytes32 root, uint256 total, bytes32 measurements);

    error Misplaced();
    error NotPublisher(address caller);
    error EpochAlreadyPublished(uint256 epoch, uint256 next);
    error EpochNotOver(uint256 epoch, uint256 endsAt);
    error AboveSchedule(uint256 total, uint256 emission);
    error WrongProof();
    error AboveMinted(uint256 amount, uint256 unclaimed);

    constructor(Coin coin, Escrow escrow, address publisher, uint256 start) {
        if (coin.MINTER() != address(this) || escrow.REWARDS() != address(this)) revert Misplaced();
        if (address(escrow.COIN()) != address(coin)) revert Misplaced();
        COIN = coin;
        ESCROW = escrow;
        PUBLISHER = publisher;
        START = start;
    }

    /// Publishes what everybody has earned since the first epoch, and mints what this epoch adds. An epoch that is left out is lost.
    function publish(uint256 epoch, bytes32 newRoot, uint256 total, bytes32 measurements) external {
        if (msg.sender != PUBLISHER) revert NotPublisher(msg.sender);
        if (epoch < nextEpoch) revert EpochAlreadyPublished(epoch, nextEpoch);
        uint256 most = emission(epoch);
        if (total > most) revert AboveSchedule(total, most);
        uint256 endsAt = START + (epoch + 1) * EPOCH;
        if (block.timestamp < endsAt) revert EpochNotOver(epoch, endsAt);
        nextEpoch = epoch + 1;
        root = bytes20(newRoot);
        unclaimed += uint96(total);
        emit EpochPublished(epoch, newRoot, total, measurements);
        COIN.mint(address(ESCROW), total);
    }

    /// Credits to an account in the escrow what it has earned and not claimed. Anyone may hand in the proof.
    /// A leaf is keccak256(keccak256(abi.encode(account, cumulative))).
    function claim(address account, uint256 cumulative, bytes32[] calldata proof) external returns (uint256 amount) {
        bytes32 leaf = keccak256(bytes.concat(keccak256(abi.encode(account, cumulative))));
        if (bytes20(MerkleProof.processProofCalldata(proof, leaf)) != root) revert WrongProof();
        amount = ESCROW.reward(account, cumulative);
        uint96 left = unclaimed;
        if (amount > left) revert AboveMinted(amount, left);
        unclaimed = left - uint96(amount);
    }

    /// What an epoch can give at most: it halves every EPOCHS_PER_HALVING epochs.
    function emission(uint256 epoch) public pure returns (uint256) {
        return FIRST_EMISSION >> (epoch / EPOCHS_PER_HALVING);
    }

    /// What a host has earned in an epoch: of each part of the emission, its share by contribution, each rounded down.
    function allocation(uint256 epoch, Contribution calldata host, Contribution calldata sum)
        external
        pure
        returns (uint256)
    {
        uint256 total = emission(epoch);
        return _share(total, COMPUTING_PERCENT, host.computing, sum.computing)
            + _share(total, GRAPHICS_PERCENT, host.graphics, sum.graphics)
            + _share(total, BANDWIDTH_PERCENT, host.bandwidth, sum.bandwidth)
            + _share(total, UPTIME_PERCENT, host.uptime, sum.uptime);
    }

    function _share(uint256 total, uint256 percent, uint256 part, uint256 sum) private pure returns (uint256) {
        return sum == 0 ? 0 : (total * percent / 100) * part / sum;
    }
}
