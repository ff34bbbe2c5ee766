// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Leases} from "./Leases.sol";

/// Mandates: a client lets an agent open and top up the leases of one deployment from the client's own balance, up to a budget, a rate
/// and a time. Nothing is locked by granting, refunds go to the client as ever, and an agent is paid out of no lease of its mandates.
///
/// `used` is what the agent has prepaid and no lease gave back: what its open leases got from it, and what its closed leases cost.
abstract contract Mandates is Leases {
    struct Mandate {
        address agent;
        uint96 mostRate;
        /// May exceed the budget only where the client has lowered that.
        uint96 used;
        /// Sum over the mandate's leases that are not closed, lapsed ones included.
        uint96 rate;
        uint64 expiry;
        uint96 budget;
    }

    /// What a lease has to do with a mandate.
    struct Share {
        /// The mandate's number; 0: none.
        uint64 mandate;
        /// What the agent prepaid. Others may have topped the lease up as well.
        uint96 prepaid;
    }

    /// Mandates are numbered from 1, so that a lease needs one slot to name its own.
    uint64 private _lastMandate;
    mapping(bytes32 triple => uint64 number) private _numbers;
    mapping(uint64 number => Mandate) private _mandates;
    mapping(bytes32 lease => Share) private _shares;

    event MandateGranted(
        address indexed client,
        address indexed agent,
        bytes32 indexed deployment,
        uint256 budget,
        uint256 mostRate,
        uint256 expiry
    );
    event MandateRevoked(address indexed client, address indexed agent, bytes32 indexed deployment);
    event MandateUsed(bytes32 indexed lease, address indexed agent, uint256 amount, uint256 used);
    event MandateRestored(bytes32 indexed lease, uint256 amount, uint256 used);

    error NoMandate(address client, address agent, bytes32 deployment);
    error InvalidAgent(address agent);
    error MandateExpired(uint256 expiry);
    error AboveBudget(uint256 left, uint256 needed);
    error AboveMostRate(uint256 most, uint256 rate);

    /// Lets an agent open leases of a deployment until `expiry`, or replaces the terms on which it may.
    ///
    /// `budget` counts from the first grant on: what was used before is part of it. So an agent that hurries to use the old terms up
    /// before new ones are in a block gains nothing: it never uses more than the larger of both budgets.
    function grant(address agent, bytes32 deployment, uint96 budget, uint96 mostRate, uint64 expiry) external {
        if (budget == 0 || mostRate == 0) revert ZeroAmount();
        if (block.timestamp > expiry) revert MandateExpired(expiry);
        if (agent == address(0) || agent == msg.sender || agent == TREASURY) revert InvalidAgent(agent);
        bytes32 triple = _triple(msg.sender, agent, deployment);
        uint64 number = _numbers[triple];
        if (number == 0) {
            number = ++_lastMandate;
            _numbers[triple] = number;
        }
        Mandate storage mandate = _mandates[number];
        mandate.agent = agent;
        mandate.mostRate = mostRate;
        mandate.expiry = expiry;
        mandate.budget = budget;
        emit MandateGranted(msg.sender, agent, deployment, budget, mostRate, expiry);
    }

    /// Ends a mandate of the caller. Its leases run as long as they are paid, and its agent can still close them.
    function revoke(address agent, bytes32 deployment) external {
        Mandate storage mandate = _mandates[_granted(msg.sender, agent, deployment)];
        mandate.mostRate = 0;
        mandate.expiry = 0;
        mandate.budget = 0;
        emit MandateRevoked(msg.sender, agent, deployment);
    }

    /// Takes offers for a client that has given the caller a mandate for the deployment, all or none. Leases of the mandate that have
    /// lapsed count in its rate until they are closed, which anyone can do, also in the same transaction.
    function openFor(
        address client,
        Offer[] calldata offers,
        Signature[] calldata signatures,
        uint32 paidSeconds,
        bytes32 deployment
    ) external returns (bytes32[] memory leases) {
        uint64 number = _granted(client, msg.sender, deployment);
        _checkTime(_mandates[number]);
        leases = new bytes32[](offers.length);
        for (uint256 i = 0; i < offers.length; i++) {
            Offer calldata offer = offers[i];
            if (offer.host == msg.sender) revert InvalidAgent(offer.host);
            leases[i] = _take(client, offer, signatures[i], paidSeconds, deployment);
            _use(leases[i], number, uint256(offer.rate) * paidSeconds, offer.rate);
        }
    }

    /// Prepays further seconds of a lease that the caller opened, from the balance of its client.
    function topUpFor(bytes32 lease, uint32 paidSeconds) external returns (uint256 until) {
        Lease storage entry = _open(lease);
        if (!_isAgent(lease, msg.sender)) revert NotParty(msg.sender);
        uint64 number = _shares[lease].mandate;
        _checkTime(_mandates[number]);
        uint256 amount;
        (amount, until) = _extend(lease, entry, entry.client, paidSeconds);
        _use(lease, number, amount, 0);
    }

    /// A mandate that was revoked has no budget; one that was never granted has no agent either.
    function mandateOf(address client, address agent, bytes32 deployment) external view returns (Mandate memory) {
        return _mandates[_numbers[_triple(client, agent, deployment)]];
    }

    /// Who opened a lease for its client, and what it prepaid; nobody where the client did it itself or the lease is not open.
    function agentOf(bytes32 lease) external view returns (address agent, uint256 prepaid) {
        Share storage share = _shares[lease];
        return (_mandates[share.mandate].agent, share.prepaid);
    }

    function _isAgent(bytes32 lease, address account) internal view override returns (bool) {
        uint64 number = _shares[lease].mandate;
        return number != 0 && _mandates[number].agent == account;
    }

    /// What others topped up is spent before what the agent prepaid, so that a mandate gets back no more than it gave.
    function _closed(bytes32 lease, uint96 rate, uint256 refund) internal override {
        Share memory share = _shares[lease];
        if (share.mandate == 0) return;
        Mandate storage mandate = _mandates[share.mandate];
        uint96 amount = refund < share.prepaid ? uint96(refund) : share.prepaid;
        uint96 used = mandate.used - amount;
        mandate.used = used;
        mandate.rate -= rate;
        delete _shares[lease];
        emit MandateRestored(lease, amount, used);
    }

    function _granted(address client, address agent, bytes32 deployment) private view returns (uint64 number) {
        number = _numbers[_triple(client, agent, deployment)];
        if (number == 0) revert NoMandate(client, agent, deployment);
    }

    function _checkTime(Mandate storage mandate) private view {
        if (block.timestamp > mandate.expiry) revert MandateExpired(mandate.expiry);
    }

    /// Counts what was taken from the client's balance. No amount exceeds the coin's supply, which fits 90 bits.
    function _use(bytes32 lease, uint64 number, uint256 amount, uint96 rate) private {
        Mandate storage mandate = _mandates[number];
        uint256 sum = uint256(mandate.rate) + rate;
        if (sum > mandate.mostRate) revert AboveMostRate(mandate.mostRate, sum);
        uint96 used = mandate.used;
        uint96 budget = mandate.budget;
        if (used + amount > budget) revert AboveBudget(budget > used ? budget - used : 0, amount);
        used += uint96(amount);
        mandate.used = used;
        mandate.rate = uint96(sum);
        Share storage share = _shares[lease];
        share.mandate = number;
        share.prepaid += uint96(amount);
        emit MandateUsed(lease, msg.sender, amount, used);
    }

    function _triple(address client, address agent, bytes32 deployment) private pure returns (bytes32) {
        return keccak256(abi.encode(client, agent, deployment));
    }
}
