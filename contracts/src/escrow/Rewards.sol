// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {MerkleProof} from "@openzeppelin/contracts/utils/cryptography/MerkleProof.sol";
import {Custody} from "./Custody.sol";

/// Rewards for what hosts contribute: coins minted by a schedule that ends below the coin's cap, divided by a public formula.
///
/// After an epoch the publisher mints what the epoch gives and publishes the Merkle root of everybody's cumulative reward, with the hash of
/// the measurements. It decides how an epoch's coins are divided, and everybody can recompute it with `allocation`; it can never mint
/// more than the schedule, nor touch what was claimed.
abstract contract Rewards is Custody {
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

    address public immutable PUBLISHER;
    /// Unix time in seconds at which the first epoch begins.
    uint256 public immutable REWARDS_START;

    /// The first 20 bytes of the root, as in an address, and what was minted and not claimed: one slot makes a claim cheaper.
    bytes20 public rewardsRoot;
    uint96 public unclaimedRewards;
    /// The first epoch that can still be published.
    uint256 public nextEpoch;

    event EpochPublished(uint256 indexed epoch, bytes32 root, uint256 total, bytes32 measurements);

    error NotPublisher(address caller);
    error EpochAlreadyPublished(uint256 epoch, uint256 next);
    error EpochNotOver(uint256 epoch, uint256 endsAt);
    error AboveSchedule(uint256 total, uint256 emission);
    error WrongProof();

    constructor(address publisher, uint256 start) {
        PUBLISHER = publisher;
        REWARDS_START = start;
    }

    /// Publishes what everybody has earned since the first epoch, and mints what this epoch adds. An epoch that is left out is lost.
    function publishRewards(uint256 epoch, bytes32 root, uint256 total, bytes32 measurements) external {
        if (msg.sender != PUBLISHER) revert NotPublisher(msg.sender);
        if (epoch < nextEpoch) revert EpochAlreadyPublished(epoch, nextEpoch);
        uint256 most = emission(epoch);
        if (total > most) revert AboveSchedule(total, most);
        uint256 endsAt = REWARDS_START + (epoch + 1) * EPOCH;
        if (block.timestamp < endsAt) revert EpochNotOver(epoch, endsAt);
        nextEpoch = epoch + 1;
        rewardsRoot = bytes20(root);
        unclaimedRewards += uint96(total);
        emit EpochPublished(epoch, root, total, measurements);
        COIN.mint(address(this), total);
    }

    /// Credits to an account what it has earned and not claimed. Anyone may hand in the proof.
    /// A leaf is keccak256(keccak256(abi.encode(account, cumulative))).
    function claimReward(address account, uint256 cumulative, bytes32[] calldata proof) external returns (uint256 amount) {
        bytes32 leaf = keccak256(bytes.concat(keccak256(abi.encode(account, cumulative))));
        (bytes20 root, uint96 unclaimed) = (rewardsRoot, unclaimedRewards);
        if (bytes20(MerkleProof.processProofCalldata(proof, leaf)) != root) revert WrongProof();
        amount = _reward(account, cumulative, unclaimed);
        // Both in one expression, so that the slot is written once.
        (rewardsRoot, unclaimedRewards) = (root, unclaimed - uint96(amount));
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
