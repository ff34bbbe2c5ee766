// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {ECDSA} from "@openzeppelin/contracts/utils/cryptography/ECDSA.sol";
import {BlockHistory} from "./BlockHistory.sol";
import {Escrow} from "./escrow/Escrow.sol";
import {HostRegistry} from "./HostRegistry.sol";

/// Storage deals: in every period a host proves that it still has random leaves of what it is paid for, or forfeits the period.
///
/// Periods are counted in blocks and the same for all deals. The seed of period p is the hash of its first block, so nobody chooses when
/// or from what it is made, and it cannot be known before the period has begun. The data is a SHA-256 Merkle tree over leaves of 32 bytes,
/// filled up with zero leaves to a power of two; an inner node is the SHA-256 of its two children.
contract StorageDeals is EIP712 {
    /// What a host signs (EIP-712). `client` zero means whoever comes first.
    struct Terms {
        address host;
        address client;
        /// Root of the tree.
        bytes32 root;
        /// Leaves of 32 bytes that the data has, without the zero leaves.
        uint64 leaves;
        /// Leaves that are asked for in a period.
        uint8 samples;
        uint32 periods;
        /// Units of the coin for one period, commission included.
        uint96 price;
        /// Units of the coin that the host forfeits from its stake for one period that it does not prove.
        uint96 penalty;
        /// Unix time, in seconds, until which the terms can be taken.
        uint64 expiry;
        uint256 nonce;
    }

    struct Deal {
        address client;
        /// The first period that is neither proven nor faulted.
        uint48 next;
        /// The first period that is no longer part of the deal.
        uint48 end;
        address host;
        uint96 price;
        bytes32 root;
        uint96 penalty;
        uint64 leaves;
        uint8 depth;
        uint8 samples;
    }

    bytes32 public constant TERMS_TYPEHASH = keccak256(
        "Terms(address host,address client,bytes32 root,uint64 leaves,uint8 samples,uint32 periods,uint96 price,uint96 penalty,uint64 expiry,uint256 nonce)"
    );
    uint256 public constant MAX_SAMPLES = 32;
    uint256 public constant MAX_DEPTH = 40;

    Escrow public immutable ESCROW;
    HostRegistry public immutable REGISTRY;
    uint256 public immutable PERIOD_BLOCKS;

    mapping(bytes32 id => Deal) private _deals;

    event DealOpened(
        bytes32 indexed deal,
        address indexed client,
        address indexed host,
        bytes32 root,
        uint256 leaves,
        uint256 firstPeriod,
        uint256 endPeriod,
        uint256 price,
        uint256 penalty
    );
    event DealProven(bytes32 indexed deal, address indexed host, uint256 period, uint256 gross);
    event DealFaulted(
        bytes32 indexed deal, address indexed host, uint256 firstPeriod, uint256 periods, uint256 refund, uint256 slashed, uint256 bounty
    );
    event DealEnded(bytes32 indexed deal, address indexed by, uint256 endPeriod, uint256 refund);

    error Misplaced();
    error InvalidPeriod(uint256 periodBlocks);
    error InvalidTerms();
    error TermsExpired(uint256 expiry);
    error TermsUsed(bytes32 deal);
    error NotOffered(address caller, address client);
    error SignerMismatch(address signer, address expected);
    error InsufficientStake(uint256 stake, uint256 needed);
    error DealOver(bytes32 deal);
    error NotDue(uint256 period, uint256 current);
    error FaultPending(uint256 period, uint256 current);
    error SeedUnknown(uint256 period);
    error WrongProofLength(uint256 leaves, uint256 path);
    error WrongProof(uint256 sample);
    error NotParty(address caller);

    constructor(Escrow escrow, HostRegistry registry, uint256 periodBlocks) EIP712("Zansoc Storage Deals", "1") {
        if (escrow.DEALS() != address(this) || escrow.REGISTRY() != address(registry)) revert Misplaced();
        if (periodBlocks < 2 || periodBlocks > BlockHistory.reach()) revert InvalidPeriod(periodBlocks);
        ESCROW = escrow;
        REGISTRY = registry;
        PERIOD_BLOCKS = periodBlocks;
    }

    /// Takes a host's terms and prepays all periods from the caller's balance. The deal begins with the next period.
    function open(Terms calldata terms, bytes32 r, bytes32 vs) external returns (bytes32 deal) {
        if (block.timestamp > terms.expiry) revert TermsExpired(terms.expiry);
        if (terms.client != address(0) && terms.client != msg.sender) revert NotOffered(msg.sender, terms.client);
        deal = dealId(terms);
        address signer = ECDSA.recover(deal, r, vs);
        if (signer != terms.host) revert SignerMismatch(signer, terms.host);
        if (_deals[deal].host != address(0)) revert TermsUsed(deal);
        uint256 staked = REGISTRY.stakeOf(terms.host);
        if (staked < terms.penalty) revert InsufficientStake(staked, terms.penalty);
        _record(deal, terms);
        ESCROW.lock(msg.sender, uint256(terms.price) * terms.periods);
    }

    /// Proves the current period, which pays it. `path` has, leaf after leaf, the siblings from the bottom to the top.
    function prove(bytes32 deal, bytes32[] calldata leaves, bytes32[] calldata path) external {
        Deal storage entry = _running(deal);
        uint48 period = entry.next;
        uint256 current = currentPeriod();
        if (period > current) revert NotDue(period, current);
        if (period < current) revert FaultPending(period, current);
        _verify(deal, entry, seedOf(period), leaves, path);
        entry.next = period + 1;
        address host = entry.host;
        uint256 price = entry.price;
        emit DealProven(deal, host, period, price);
        ESCROW.pay(host, price);
    }

    /// Faults up to `limit` periods that passed without a proof: their price goes back to the client, the penalties come from the host's
    /// stake, and a tenth of these goes to the caller. Anyone may call it.
    function fault(bytes32 deal, uint48 limit) external returns (uint256 periods) {
        Deal storage entry = _running(deal);
        uint48 first = entry.next;
        periods = _overdue(first, entry.end);
        if (periods > limit) periods = limit;
        if (periods == 0) revert NotDue(first, currentPeriod());
        (address client, address host) = (entry.client, entry.host);
        uint256 refund = entry.price * periods;
        uint256 penalty = entry.penalty * periods;
        entry.next = first + uint48(periods);
        ESCROW.release(client, refund);
        (uint256 slashed, uint256 bounty) = REGISTRY.slash(host, penalty, client, msg.sender);
        emit DealFaulted(deal, host, first, periods, refund, slashed, bounty);
    }

    /// Ends a deal after the current period, by client or host, and refunds the periods that would have followed.
    function end(bytes32 deal) external returns (uint256 refund) {
        Deal storage entry = _running(deal);
        address client = entry.client;
        if (msg.sender != client && msg.sender != entry.host) revert NotParty(msg.sender);
        uint48 next = entry.next;
        uint48 following = uint48(currentPeriod() + 1);
        uint48 newEnd = next > following ? next : following;
        if (newEnd >= entry.end) revert DealOver(deal);
        refund = uint256(entry.price) * (entry.end - newEnd);
        entry.end = newEnd;
        emit DealEnded(deal, msg.sender, newEnd, refund);
        ESCROW.release(client, refund);
    }

    function dealOf(bytes32 deal) external view returns (Deal memory) {
        return _deals[deal];
    }

    /// The digest that a host signs and the id that the deal will have.
    function dealId(Terms calldata terms) public view returns (bytes32) {
        // Terms has only static members, so its ABI encoding is that of EIP-712.
        return _hashTypedDataV4(keccak256(abi.encode(TERMS_TYPEHASH, terms)));
    }

    function currentPeriod() public view returns (uint256) {
        return block.number / PERIOD_BLOCKS;
    }

    /// The hash of the first block of a period.
    function seedOf(uint256 period) public view returns (bytes32 seed) {
        seed = BlockHistory.hashOf(period * PERIOD_BLOCKS);
        if (seed == 0) revert SeedUnknown(period);
    }

    /// The index of the leaf that a deal is asked for.
    function challenge(bytes32 deal, bytes32 seed, uint256 sample, uint256 leaves) public pure returns (uint256) {
        return uint256(keccak256(abi.encode(seed, deal, sample))) % leaves;
    }

    /// How many periods can be faulted now.
    function overdue(bytes32 deal) external view returns (uint256) {
        return _overdue(_deals[deal].next, _deals[deal].end);
    }

    function _record(bytes32 deal, Terms calldata terms) private {
        uint8 depth = _depth(terms.leaves);
        bool provable = terms.leaves != 0 && depth <= MAX_DEPTH && terms.samples != 0 && terms.samples <= MAX_SAMPLES;
        if (!provable || terms.periods == 0 || terms.price == 0) revert InvalidTerms();
        uint48 first = uint48(currentPeriod() + 1);
        Deal memory entry = Deal({
            client: msg.sender,
            next: first,
            end: first + terms.periods,
            host: terms.host,
            price: terms.price,
            root: terms.root,
            penalty: terms.penalty,
            leaves: terms.leaves,
            depth: depth,
            samples: terms.samples
        });
        _deals[deal] = entry;
        emit DealOpened(
            deal, msg.sender, entry.host, entry.root, entry.leaves, first, entry.end, entry.price, entry.penalty
        );
    }

    function _verify(
        bytes32 deal,
        Deal storage entry,
        bytes32 seed,
        bytes32[] calldata leaves,
        bytes32[] calldata path
    ) private view {
        (bytes32 root, uint256 count, uint256 depth) = (entry.root, entry.leaves, entry.depth);
        if (leaves.length != entry.samples || path.length != leaves.length * depth) {
            revert WrongProofLength(leaves.length, path.length);
        }
        for (uint256 i = 0; i < leaves.length; i++) {
            uint256 index = challenge(deal, seed, i, count);
            if (_climb(leaves[i], index, path[i * depth:(i + 1) * depth]) != root) revert WrongProof(i);
        }
    }

    /// The root that follows from a leaf, its index and its siblings. The hashing is in assembly because sha256(bytes) copies
    /// its input to new memory each time, which costs more than the hashing.
    function _climb(bytes32 node, uint256 index, bytes32[] calldata siblings) private view returns (bytes32) {
        for (uint256 level = 0; level < siblings.length; level++) {
            bytes32 sibling = siblings[level];
            assembly ("memory-safe") {
                let right := and(shr(level, index), 1)
                mstore(shl(5, right), node)
                mstore(shl(5, xor(right, 1)), sibling)
                if iszero(staticcall(gas(), 2, 0, 64, 0, 32)) { revert(0, 0) }
                node := mload(0)
            }
        }
        return node;
    }

    function _running(bytes32 deal) private view returns (Deal storage entry) {
        entry = _deals[deal];
        if (entry.next == entry.end) revert DealOver(deal);
    }

    function _overdue(uint256 next, uint256 end_) private view returns (uint256) {
        uint256 current = currentPeriod();
        uint256 passed = current < end_ ? current : end_;
        return passed > next ? passed - next : 0;
    }

    function _depth(uint256 leaves) private pure returns (uint8 depth) {
        while ((uint256(1) << depth) < leaves) depth++;
    }
}
