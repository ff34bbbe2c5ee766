// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Custody} from "./Custody.sol";

/// Leases: a host signs an offer, a client prepays it for whole seconds, time makes the host's part of it grow.
///
/// A lease holds exactly rate times the seconds that are paid and not settled, so there is no rounding and no debt. Rates are
/// multiples of ten units, so the commission is exact, and it does not matter at which moments a lease is settled.
abstract contract Leases is Custody {
    /// What a host signs (EIP-712). `client` zero means whoever comes first.
    struct Offer {
        address host;
        address client;
        /// Units of the coin for one second, a multiple of ten.
        uint96 rate;
        /// Unix time, in seconds, until which the offer can be taken.
        uint64 expiry;
        /// SHA-256 of the description of what is leased.
        bytes32 resources;
        uint256 nonce;
    }

    struct Signature {
        bytes32 r;
        /// As EIP-2098: s, its highest bit is the parity of y.
        bytes32 vs;
    }

    struct Lease {
        address client;
        uint48 settledUntil;
        uint48 paidUntil;
        address host;
        uint96 rate;
    }

    bytes32 public constant OFFER_TYPEHASH = keccak256(
        "Offer(address host,address client,uint96 rate,uint64 expiry,bytes32 resources,uint256 nonce)"
    );

    /// A lease's id is the EIP-712 digest of its offer. A closed lease keeps host and rate, so that no offer is taken twice.
    mapping(bytes32 id => Lease) private _leases;

    event LeaseOpened(
        bytes32 indexed lease,
        address indexed client,
        address indexed host,
        uint256 rate,
        uint256 start,
        uint256 paidUntil,
        bytes32 resources,
        bytes32 deployment
    );
    event LeaseToppedUp(bytes32 indexed lease, address indexed payer, uint256 amount, uint256 paidUntil);
    event LeaseSettled(bytes32 indexed lease, address indexed host, uint256 gross, uint256 fee, uint256 settledUntil);
    event LeaseClosed(bytes32 indexed lease, address indexed client, address by, uint256 refund, uint256 reason);
    event OfferCanceled(bytes32 indexed lease, address indexed host);

    error InvalidRate(uint256 rate);
    error OfferExpired(uint256 expiry);
    error OfferUsed(bytes32 lease);
    error NotOffered(address caller, address client);
    error LeaseNotOpen(bytes32 lease);
    error LeaseLapsed(bytes32 lease, uint256 paidUntil);
    error NotParty(address caller);

    /// Takes an offer and prepays it from the caller's balance. `deployment` groups leases that belong together, for the events only.
    function open(Offer calldata offer, Signature calldata signature, uint32 paidSeconds, bytes32 deployment)
        external
        returns (bytes32 lease)
    {
        return _take(msg.sender, offer, signature, paidSeconds, deployment);
    }

    /// Takes the offers of a deployment, all or none.
    function openMany(
        Offer[] calldata offers,
        Signature[] calldata signatures,
        uint32 paidSeconds,
        bytes32 deployment
    ) external returns (bytes32[] memory leases) {
        leases = new bytes32[](offers.length);
        for (uint256 i = 0; i < offers.length; i++) {
            leases[i] = _take(msg.sender, offers[i], signatures[i], paidSeconds, deployment);
        }
    }

    /// Makes an offer of the caller that nobody took yet worthless.
    function cancelOffer(Offer calldata offer) external returns (bytes32 lease) {
        if (msg.sender != offer.host) revert NotParty(msg.sender);
        lease = leaseId(offer);
        Lease storage entry = _leases[lease];
        if (entry.host != address(0)) revert OfferUsed(lease);
        entry.host = offer.host;
        entry.rate = offer.rate;
        emit OfferCanceled(lease, offer.host);
    }

    /// Prepays further seconds from the caller's balance. What is left at the end goes to the client, whoever topped up.
    function topUp(bytes32 lease, uint32 paidSeconds) external returns (uint256 until) {
        (, until) = _extend(lease, _open(lease), msg.sender, paidSeconds);
    }

    /// Pays the host for the seconds since the last settlement. Anyone may call it; a second call in the same second pays nothing.
    function settle(bytes32 lease) external returns (uint256 gross) {
        return _settle(lease, _open(lease));
    }

    /// Settles many leases and leaves out those that are closed or were never open.
    function settleMany(bytes32[] calldata leases) external returns (uint256 gross) {
        for (uint256 i = 0; i < leases.length; i++) {
            Lease storage entry = _leases[leases[i]];
            if (entry.client != address(0)) gross += _settle(leases[i], entry);
        }
    }

    /// Settles a lease, refunds the rest to the client and ends it: by client, host or agent at any time, by anyone once it has
    /// lapsed. The reason is for the record only; docs/reference/contracts.md lists the values.
    function close(bytes32 lease, uint8 reason) external returns (uint256 refund) {
        return _close(lease, _open(lease), reason);
    }

    /// Closes many leases and leaves out those that are closed already.
    function closeMany(bytes32[] calldata leases, uint8 reason) external returns (uint256 refund) {
        for (uint256 i = 0; i < leases.length; i++) {
            Lease storage entry = _leases[leases[i]];
            if (entry.client != address(0)) refund += _close(leases[i], entry, reason);
        }
    }

    /// A lease that is closed, or an offer that was canceled, has no client; one that was never taken has no host either.
    function leaseOf(bytes32 lease) external view returns (Lease memory) {
        return _leases[lease];
    }

    /// The digest that a host signs and the id that the lease will have.
    function leaseId(Offer calldata offer) public view returns (bytes32) {
        // Offer has only static members, so its ABI encoding is that of EIP-712.
        return _hashTypedDataV4(keccak256(abi.encode(OFFER_TYPEHASH, offer)));
    }

    /// Unix time in seconds until which a lease is paid; 0 if it is not open.
    function paidUntil(bytes32 lease) external view returns (uint256) {
        return _leases[lease].paidUntil;
    }

    /// Seconds that a lease is still paid for.
    function runway(bytes32 lease) external view returns (uint256) {
        uint256 until = _leases[lease].paidUntil;
        return until > block.timestamp ? until - block.timestamp : 0;
    }

    /// What a settlement at this moment would pay, commission included.
    function due(bytes32 lease) external view returns (uint256) {
        Lease memory entry = _leases[lease];
        return entry.rate * uint256(_settledTo(entry.paidUntil) - entry.settledUntil);
    }

    // ---- what mandates use

    /// Whether an account opened a lease for its client.
    function _isAgent(bytes32 lease, address account) internal view virtual returns (bool);

    /// A lease has ended, and its client got the refund.
    function _closed(bytes32 lease, uint96 rate, uint256 refund) internal virtual;

    /// Takes an offer for a client and prepays it from the client's balance.
    function _take(
        address client,
        Offer calldata offer,
        Signature calldata signature,
        uint32 paidSeconds,
        bytes32 deployment
    ) internal returns (bytes32 lease) {
        if (block.timestamp > offer.expiry) revert OfferExpired(offer.expiry);
        if (offer.client != address(0) && offer.client != client) revert NotOffered(client, offer.client);
        if (offer.rate == 0 || offer.rate % COMMISSION_DIVISOR != 0) revert InvalidRate(offer.rate);
        lease = leaseId(offer);
        _checkSigner(lease, offer.host, signature.r, signature.vs);
        Lease storage entry = _leases[lease];
        if (entry.host != address(0)) revert OfferUsed(lease);

        uint48 start = uint48(block.timestamp);
        uint48 until = start + paidSeconds;
        _debit(client, uint256(offer.rate) * paidSeconds);
        entry.client = client;
        entry.settledUntil = start;
        entry.paidUntil = until;
        entry.host = offer.host;
        entry.rate = offer.rate;
        emit LeaseOpened(lease, client, offer.host, offer.rate, start, until, offer.resources, deployment);
    }

    /// Prepays further seconds of an open lease from the payer's balance.
    function _extend(bytes32 lease, Lease storage entry, address payer, uint32 paidSeconds)
        internal
        returns (uint256 amount, uint48 until)
    {
        uint48 before = entry.paidUntil;
        if (block.timestamp >= before) revert LeaseLapsed(lease, before);
        amount = uint256(entry.rate) * paidSeconds;
        until = before + paidSeconds;
        _debit(payer, amount);
        entry.paidUntil = until;
        emit LeaseToppedUp(lease, payer, amount, until);
    }

    function _open(bytes32 lease) internal view returns (Lease storage entry) {
        entry = _leases[lease];
        if (entry.client == address(0)) revert LeaseNotOpen(lease);
    }

    function _settle(bytes32 lease, Lease storage entry) private returns (uint256 gross) {
        uint48 from = entry.settledUntil;
        uint48 to = _settledTo(entry.paidUntil);
        if (to == from) return 0;
        address host = entry.host;
        gross = uint256(entry.rate) * (to - from);
        entry.settledUntil = to;
        uint256 fee = _pay(host, gross);
        emit LeaseSettled(lease, host, gross, fee, to);
    }

    function _close(bytes32 lease, Lease storage entry, uint8 reason) private returns (uint256 refund) {
        address client = entry.client;
        uint48 until = entry.paidUntil;
        bool mayEnd = msg.sender == client || msg.sender == entry.host || block.timestamp >= until;
        if (!mayEnd && !_isAgent(lease, msg.sender)) revert NotParty(msg.sender);
        _settle(lease, entry);
        uint96 rate = entry.rate;
        refund = uint256(rate) * (until - entry.settledUntil);
        entry.client = address(0);
        entry.settledUntil = 0;
        entry.paidUntil = 0;
        _credit(client, refund);
        _closed(lease, rate, refund);
        emit LeaseClosed(lease, client, msg.sender, refund, reason);
    }

    function _settledTo(uint48 until) private view returns (uint48) {
        return block.timestamp < until ? uint48(block.timestamp) : until;
    }
}
