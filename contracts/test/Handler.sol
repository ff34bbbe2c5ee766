// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {DealFixture} from "./DealFixture.sol";
import {Leases} from "../src/escrow/Leases.sol";
import {Mandates} from "../src/escrow/Mandates.sol";
import {Vouchers} from "../src/escrow/Vouchers.sol";
import {HostRegistry} from "../src/HostRegistry.sol";
import {StorageDeals} from "../src/StorageDeals.sol";
import {Tree} from "./Tree.sol";

/// Does at random what clients, hosts, the publisher and thieves can do. An action that a contract must allow and refuses makes the run
/// fail; so does a theft that succeeds. Beside the contracts it keeps the plain sums that the invariants compare with.
contract Handler is DealFixture {
    uint256 private constant ACTORS = 4;
    uint256 private constant MOST = 5;

    struct LeaseSums {
        uint256 rate;
        uint256 start;
        uint256 deposited;
        uint256 paid;
        uint256 refunded;
        bool closed;
    }

    /// Of the mandate that a client has given to the agent, if it has.
    struct MandateSums {
        bool granted;
        uint256 mostBudget;
        uint256 cost;
    }

    struct DealSums {
        uint256 periods;
        uint256 proven;
        uint256 faulted;
        uint256 refunded;
        mapping(uint256 period => uint8) outcome;
    }

    uint256[] internal keys;
    address[] public actors;

    bytes32[] public leases;
    mapping(bytes32 lease => LeaseSums) public leaseSums;
    mapping(address client => MandateSums) public mandateSums;
    mapping(bytes32 lease => uint256) public agentPrepaid;
    address public constant agent = address(0xA6E7);
    bytes32[] public dealIds;
    mapping(bytes32 deal => DealSums) private dealSums;
    mapping(address host => uint256) public vouchersPaid;
    mapping(address host => uint256) public vouchersFunded;

    uint256 public deposited;
    uint256 public withdrawn;
    uint256 public donated;
    uint256 public minted;
    uint256 public staked;
    uint256 public unstaked;
    uint256 public slashed;
    uint256 public bounties;
    uint256 public compensations;
    uint256 public fees;
    uint256 public rewarded;

    uint256 private nonce;
    bytes32 private node0;
    bytes32 private node1;
    mapping(address account => uint256) private earned;

    constructor() {
        setUp();
        node0 = "every leaf";
        node1 = Tree.parent(node0, node0);
        for (uint256 i = 0; i < ACTORS; i++) {
            keys.push(0xA0 + i);
            actors.push(vm.addr(0xA0 + i));
            coin.transfer(actors[i], 1_000_000e18);
            vm.prank(actors[i]);
            coin.approve(address(escrow), type(uint256).max);
            put(actors[i], 100_000e18);
            vm.prank(actors[i]);
            registry.stake(1000e18);
            staked += 1000e18;
        }
    }

    // ---- time

    function pass(uint32 time, uint8 blocks) external {
        vm.warp(block.timestamp + time % 2 days);
        vm.roll(block.number + blocks);
    }

    // ---- custody

    function deposit(uint256 by, uint96 amount) external {
        address account = actor(by);
        uint256 most = coin.balanceOf(account);
        if (most == 0) return;
        put(account, within(amount, 1, most));
    }

    /// Another hands in the permit first; the deposit must succeed all the same.
    function depositWithStolenPermit(uint256 by, uint96 amount) external {
        address account = actor(by);
        uint256 most = coin.balanceOf(account);
        if (most == 0) return;
        uint256 value = within(amount, 1, most);
        uint256 deadline = block.timestamp;
        (uint8 v, bytes32 r, bytes32 s) = permit(keys[by % ACTORS], value, coin.nonces(account), deadline);
        vm.prank(next(by));
        coin.permit(account, address(escrow), value, deadline, v, r, s);
        vm.prank(account);
        escrow.depositWithPermit(value, deadline, v, r, s);
        vm.prank(account);
        coin.approve(address(escrow), type(uint256).max);
        deposited += value;
    }

    function withdraw(uint256 by, uint96 amount) external {
        address account = actor(by);
        uint256 most = escrow.balanceOf(account);
        if (most == 0) return;
        take(account, within(amount, 1, most));
    }

    function donate(uint8 amount) external {
        coin.transfer(address(escrow), amount);
        donated += amount;
    }

    // ---- leases

    function openLease(uint256 byClient, uint256 byHost, uint64 rate, uint32 paidSeconds) external {
        if (leases.length >= MOST) return;
        address account = actor(byClient);
        paidSeconds = uint32(within(paidSeconds, 1, 10 days));
        Leases.Offer memory terms = offer(uint96(within(rate, 1, 1e14)) * 10, nonce++);
        terms.host = actor(byHost);
        terms.client = account;
        uint256 cost = uint256(terms.rate) * paidSeconds;
        if (cost > escrow.balanceOf(account)) return;
        Leases.Signature memory signed = signature(keys[byHost % ACTORS], escrow.leaseId(terms));
        vm.prank(account);
        bytes32 lease = escrow.open(terms, signed, paidSeconds, 0);
        leases.push(lease);
        leaseSums[lease] = LeaseSums(terms.rate, block.timestamp, cost, 0, 0, false);
    }

    function topUp(uint256 which, uint256 by, uint32 paidSeconds) external {
        (bytes32 lease, bool found) = pickLease(which);
        if (!found || escrow.runway(lease) == 0) return;
        uint256 cost = leaseSums[lease].rate * within(paidSeconds, 1, 10 days);
        if (cost > escrow.balanceOf(actor(by))) return;
        vm.prank(actor(by));
        escrow.topUp(lease, uint32(within(paidSeconds, 1, 10 days)));
        leaseSums[lease].deposited += cost;
    }

    function settle(uint256 which) external {
        (bytes32 lease, bool found) = pickLease(which);
        if (!found) return;
        uint256 due = escrow.due(lease);
        uint256 before = escrow.balanceOf(treasury);
        eq(escrow.settle(lease), due, "due");
        eq(escrow.settle(lease), 0, "a second settlement");
        leaseSums[lease].paid += due;
        fee(before, due);
    }

    function settleAll() external {
        uint256 before = escrow.balanceOf(treasury);
        uint256 sum;
        for (uint256 i = 0; i < leases.length; i++) {
            uint256 due = escrow.due(leases[i]);
            leaseSums[leases[i]].paid += due;
            sum += due;
        }
        eq(escrow.settleMany(leases), sum, "sum");
        fee(before, sum);
    }

    function close(uint256 which, bool byHost) external {
        (, bool found) = pickLease(which);
        if (found) closeLease(which % leases.length, party(which % leases.length, byHost));
    }

    // ---- mandates

    function grant(uint256 by, uint96 budget, uint80 mostRate, uint32 life) external {
        address account = actor(by);
        budget = uint96(within(budget, 1, 100_000e18));
        mostRate = uint80(within(mostRate, 1, 4e15));
        vm.prank(account);
        escrow.grant(agent, "shop", budget, mostRate, uint64(block.timestamp + life % 30 days));
        mandateSums[account].granted = true;
        if (budget > mandateSums[account].mostBudget) mandateSums[account].mostBudget = budget;
    }

    function revoke(uint256 by) external {
        if (!mandateSums[actor(by)].granted) return;
        vm.prank(actor(by));
        escrow.revoke(agent, "shop");
    }

    function openFor(uint256 byClient, uint256 byHost, uint64 rate, uint32 paidSeconds) external {
        if (leases.length >= MOST) return;
        address account = actor(byClient);
        paidSeconds = uint32(within(paidSeconds, 1, 10 days));
        Leases.Offer[] memory offers = new Leases.Offer[](1);
        Leases.Signature[] memory signatures = new Leases.Signature[](1);
        offers[0] = offer(uint96(within(rate, 1, 1e14)) * 10, nonce++);
        (offers[0].host, offers[0].client) = (actor(byHost), account);
        bytes32 lease = escrow.leaseId(offers[0]);
        signatures[0] = signature(keys[byHost % ACTORS], lease);
        uint256 cost = uint256(offers[0].rate) * paidSeconds;
        bool allowed = mandateAllows(account, cost, offers[0].rate);
        vm.prank(agent);
        try escrow.openFor(account, offers, signatures, paidSeconds, "shop") {
            check(allowed, "opened beyond the mandate");
            leases.push(lease);
            leaseSums[lease] = LeaseSums(offers[0].rate, block.timestamp, cost, 0, 0, false);
            agentPrepaid[lease] = cost;
        } catch {
            check(!allowed, "not opened within the mandate");
        }
    }

    function topUpFor(uint256 which, uint32 paidSeconds) external {
        (bytes32 lease, bool found) = pickLease(which);
        if (!found) return;
        paidSeconds = uint32(within(paidSeconds, 1, 10 days));
        uint256 cost = leaseSums[lease].rate * paidSeconds;
        bool allowed = agentPrepaid[lease] != 0 && escrow.runway(lease) != 0
            && mandateAllows(escrow.leaseOf(lease).client, cost, 0);
        vm.prank(agent);
        try escrow.topUpFor(lease, paidSeconds) {
            check(allowed, "topped up beyond the mandate");
            leaseSums[lease].deposited += cost;
            agentPrepaid[lease] += cost;
        } catch {
            check(!allowed, "not topped up within the mandate");
        }
    }

    function closeFor(uint256 which) external {
        (bytes32 lease, bool found) = pickLease(which);
        if (!found) return;
        if (agentPrepaid[lease] != 0 || escrow.runway(lease) == 0) {
            closeLease(which % leases.length, agent);
            return;
        }
        vm.prank(agent);
        try escrow.close(lease, 1) {
            check(false, "the agent closed a lease that it did not open");
        } catch {}
    }

    // ---- vouchers

    function fund(uint256 by, uint96 amount) external {
        address account = actor(by);
        uint256 most = escrow.balanceOf(account);
        if (most == 0) return;
        uint256 value = within(amount, 1, most);
        vm.prank(account);
        escrow.fund(next(by), "usage", value);
        vouchersFunded[account] += value;
    }

    function redeem(uint256 by, uint96 more) external {
        (address account, address payee) = (actor(by), next(by));
        Vouchers.Channel memory channel = escrow.channelOf(escrow.channelId(account, payee, "usage"));
        if (channel.funded == channel.paid) return;
        uint256 total = uint256(channel.paid) + within(more, 1, 1e24);
        (bytes32 r, bytes32 vs) = compact(keys[by % ACTORS], escrow.voucherDigest(payee, "usage", total));
        uint256 before = escrow.balanceOf(treasury);
        uint256 gross = escrow.redeem(payee, "usage", total, r, vs);
        eq(gross, (total < channel.funded ? total : channel.funded) - channel.paid, "gross");
        vouchersPaid[account] += gross;
        fee(before, gross);
        try escrow.redeem(payee, "usage", channel.paid + gross, r, vs) {
            check(false, "a voucher was replayed");
        } catch {}
        try escrow.redeem(payee, "other", total, r, vs) {
            check(false, "a voucher was used for another channel");
        } catch {}
    }

    function closeChannel(uint256 by, bool byHost) external {
        (address account, address payee) = (actor(by), next(by));
        Vouchers.Channel memory channel = escrow.channelOf(escrow.channelId(account, payee, "usage"));
        if (!byHost && channel.closesAt == 0) {
            if (channel.funded == channel.paid) return;
            vm.prank(account);
            escrow.requestClose(payee, "usage");
            return;
        }
        if (!byHost && block.timestamp < channel.closesAt) return;
        vm.prank(byHost ? payee : account);
        vouchersFunded[account] -= escrow.closeChannel(account, payee, "usage");
    }

    // ---- stake

    function stake(uint256 by, uint96 amount) external {
        address account = actor(by);
        uint256 most = escrow.balanceOf(account);
        if (most == 0) return;
        uint256 value = within(amount, 1, most);
        vm.prank(account);
        registry.stake(value);
        staked += value;
    }

    function thaw(uint256 by, uint96 amount) external {
        uint256 most = registry.stakeOf(actor(by));
        if (most == 0) return;
        vm.prank(actor(by));
        registry.thaw(within(amount, 1, most));
    }

    function unstake(uint256 by) external {
        HostRegistry.Host memory entry = registry.hostOf(actor(by));
        if (entry.thawing == 0) return;
        if (block.timestamp < entry.thawedAt) vm.warp(entry.thawedAt);
        vm.prank(actor(by));
        unstaked += registry.unstake();
    }

    // ---- storage

    function openDeal(uint256 byClient, uint256 byHost, uint64 price, uint64 penalty, uint8 periods) external {
        if (dealIds.length >= MOST) return;
        StorageDeals.Terms memory terms =
            dealTerms(uint96(within(price, 1, 1e18)), penalty, uint32(within(periods, 1, 8)), nonce++);
        (terms.root, terms.leaves) = (node1, 2);
        terms.client = actor(byClient);
        terms.host = actor(byHost);
        if (registry.stakeOf(terms.host) < penalty) return;
        if (escrow.balanceOf(terms.client) < uint256(terms.price) * terms.periods) return;
        (bytes32 r, bytes32 vs) = compact(keys[byHost % ACTORS], deals.dealId(terms));
        vm.prank(terms.client);
        bytes32 deal = deals.open(terms, r, vs);
        dealIds.push(deal);
        dealSums[deal].periods = terms.periods;
    }

    function prove(uint256 which) external {
        (bytes32 deal, bool found) = pickDeal(which);
        if (!found) return;
        StorageDeals.Deal memory entry = deals.dealOf(deal);
        if (deals.currentPeriod() < entry.next) enter(entry.next);
        if (deals.currentPeriod() != entry.next) return;
        if (block.number % PERIOD_BLOCKS == 0) vm.roll(block.number + 1);
        vm.setBlockhash(uint256(entry.next) * PERIOD_BLOCKS, keccak256(abi.encode("block", entry.next)));
        // All leaves are the same, so that every challenge has the same answer; the unit tests have a real tree.
        (bytes32[] memory leaves, bytes32[] memory path) = (new bytes32[](SAMPLES), new bytes32[](SAMPLES));
        for (uint256 i = 0; i < SAMPLES; i++) (leaves[i], path[i]) = (node0, node0);
        uint256 before = escrow.balanceOf(treasury);
        deals.prove(deal, leaves, path);
        fee(before, entry.price);
        settled(deal, entry.next, 1);
        dealSums[deal].proven++;
    }

    function fault(uint256 which, uint8 limit) external {
        (bytes32 deal, bool found) = pickDeal(which);
        if (!found) return;
        StorageDeals.Deal memory entry = deals.dealOf(deal);
        if (deals.overdue(deal) == 0) return;
        HostRegistry.Host memory before = registry.hostOf(entry.host);
        uint256 sum = escrow.balanceOf(entry.client);
        uint256 periods = deals.fault(deal, uint48(within(limit, 1, 10)));
        for (uint256 i = 0; i < periods; i++) settled(deal, entry.next + i, 2);
        dealSums[deal].faulted += periods;
        HostRegistry.Host memory later = registry.hostOf(entry.host);
        uint256 lost = uint256(before.stake) + before.thawing - later.stake - later.thawing;
        uint256 owed = periods * entry.penalty;
        uint256 had = uint256(before.stake) + before.thawing;
        eq(lost, owed < had ? owed : had, "slashed as far as stake and what thaws reach");
        slashed += lost;
        bounties += lost / 10;
        compensations += escrow.balanceOf(entry.client) - sum - periods * entry.price;
    }

    function end(uint256 which, bool byHost) external {
        (bytes32 deal, bool found) = pickDeal(which);
        if (found) endDeal(deal, byHost);
    }

    // ---- rewards

    function publishAndClaim(uint256 by, uint96 amount) external {
        uint256 epoch = escrow.nextEpoch();
        uint256 over = START + (epoch + 1) * escrow.EPOCH();
        if (block.timestamp < over) vm.warp(over);
        address account = actor(by);
        uint256 value = within(amount, 1, escrow.emission(epoch));
        earned[account] += value;
        bytes32 root = keccak256(bytes.concat(keccak256(abi.encode(account, earned[account]))));
        vm.prank(publisher);
        escrow.publishRewards(epoch, root, value, "measurements");
        minted += value;
        eq(escrow.claimReward(account, earned[account], new bytes32[](0)), value, "claimed");
        rewarded += value;
        try escrow.claimReward(account, earned[account], new bytes32[](0)) {
            check(false, "a reward was claimed twice");
        } catch {}
    }

    // ---- thieves

    function steal(uint256 which, uint256 from, uint96 amount) external {
        address victim = actor(from);
        address thief = address(0xBAD);
        bytes[8] memory calls = [
            abi.encodeCall(escrow.lock, (victim, amount)),
            abi.encodeCall(escrow.release, (thief, amount)),
            abi.encodeCall(escrow.pay, (thief, amount)),
            abi.encodeCall(escrow.publishRewards, (escrow.nextEpoch(), bytes32(uint256(amount)), amount, 0)),
            abi.encodeCall(escrow.withdraw, (thief, amount)),
            abi.encodeCall(coin.mint, (thief, amount)),
            abi.encodeCall(registry.slash, (victim, amount, thief, thief)),
            abi.encodeCall(coin.transferFrom, (address(escrow), thief, uint256(amount) + 1))
        ];
        which %= 8;
        address target = which < 5 ? address(escrow) : which == 6 ? address(registry) : address(coin);
        vm.prank(thief);
        (bool done,) = target.call(calls[which]);
        check(!done, "a theft succeeded");
        if (leases.length == 0) return;
        bytes32 lease = leases[from % leases.length];
        if (escrow.runway(lease) == 0) return;
        vm.prank(thief);
        (done,) = address(escrow).call(abi.encodeCall(escrow.close, (lease, 0)));
        check(!done, "a stranger closed a lease");
    }

    // ---- everybody leaves; called by the invariants, not by the fuzzer (it is only here that state may be read)

    function leaveAll() public {
        while (leases.length > 0) closeLease(0, party(0, false));
        while (dealIds.length > 0) leaveDeal();
        for (uint256 i = 0; i < ACTORS; i++) {
            (address account, address payee) = (actor(i), next(i));
            vm.prank(payee);
            vouchersFunded[account] -= escrow.closeChannel(account, payee, "usage");
            uint256 rest = registry.stakeOf(account);
            if (rest == 0) continue;
            vm.prank(account);
            registry.thaw(rest);
        }
        vm.warp(block.timestamp + 14 days);
        for (uint256 i = 0; i < ACTORS; i++) {
            HostRegistry.Host memory entry = registry.hostOf(actor(i));
            if (entry.thawing == 0) continue;
            vm.prank(actor(i));
            unstaked += registry.unstake();
        }
        for (uint256 i = 0; i < ACTORS; i++) takeAll(actor(i));
        takeAll(treasury);
        takeAll(address(this));
    }

    // ---- views for the invariants

    function custody() external view returns (uint256) {
        return coin.balanceOf(address(escrow));
    }

    function supply() external view returns (uint256, uint256, uint256) {
        return (coin.totalSupply(), coin.CAP(), coin.GENESIS());
    }

    function balances() external view returns (uint256 sum) {
        for (uint256 i = 0; i < ACTORS; i++) sum += escrow.balanceOf(actors[i]);
        sum += escrow.balanceOf(treasury) + escrow.balanceOf(address(this));
    }

    function treasuryBalance() external view returns (uint256) {
        return escrow.balanceOf(treasury);
    }

    function inLeases() external view returns (uint256 sum) {
        for (uint256 i = 0; i < leases.length; i++) sum += left(leases[i]);
    }

    function inChannels() external view returns (uint256 sum) {
        for (uint256 i = 0; i < ACTORS; i++) {
            Vouchers.Channel memory channel = escrow.channelOf(escrow.channelId(actors[i], next(i), "usage"));
            eq(channel.paid, vouchersPaid[actors[i]], "paid by vouchers");
            eq(channel.funded, vouchersFunded[actors[i]], "funded");
            check(channel.paid <= channel.funded, "no more than funded");
            sum += channel.funded - channel.paid;
        }
    }

    function inDeals() external view returns (uint256 sum, uint256 heldByDeals) {
        for (uint256 i = 0; i < dealIds.length; i++) {
            StorageDeals.Deal memory entry = deals.dealOf(dealIds[i]);
            sum += uint256(entry.price) * (entry.end - entry.next);
        }
        heldByDeals = escrow.held(address(deals));
    }

    function inStakes() external view returns (uint256 sum, uint256 heldByRegistry) {
        for (uint256 i = 0; i < ACTORS; i++) {
            HostRegistry.Host memory entry = registry.hostOf(actors[i]);
            sum += uint256(entry.stake) + entry.thawing;
        }
        heldByRegistry = escrow.held(address(registry));
    }

    function unclaimed() external view returns (uint256) {
        return escrow.unclaimedRewards();
    }

    function checkLeases() external view {
        for (uint256 i = 0; i < leases.length; i++) {
            bytes32 lease = leases[i];
            LeaseSums memory sums = leaseSums[lease];
            Leases.Lease memory entry = escrow.leaseOf(lease);
            eq(sums.deposited, sums.paid + left(lease) + sums.refunded, "deposited = paid + left + refunded");
            eq(sums.paid, sums.rate * (entry.settledUntil - sums.start), "paid depends on the last settlement only");
            check(entry.settledUntil <= entry.paidUntil && entry.settledUntil <= block.timestamp, "no debt");
        }
    }

    function checkMandates() external view {
        for (uint256 a = 0; a < ACTORS; a++) {
            Mandates.Mandate memory mandate = escrow.mandateOf(actors[a], agent, "shop");
            MandateSums memory sums = mandateSums[actors[a]];
            uint256 rates;
            uint256 prepaid;
            for (uint256 i = 0; i < leases.length; i++) {
                bytes32 lease = leases[i];
                if (agentPrepaid[lease] == 0 || escrow.leaseOf(lease).client != actors[a]) continue;
                (address opener, uint256 share) = escrow.agentOf(lease);
                eq(opener, agent, "agent");
                eq(share, agentPrepaid[lease], "the agent's part of a lease");
                rates += leaseSums[lease].rate;
                prepaid += agentPrepaid[lease];
            }
            eq(mandate.rate, rates, "the rates of the open leases");
            eq(mandate.used, prepaid + sums.cost, "used = in open leases + cost of closed ones");
            check(mandate.used <= sums.mostBudget, "no more than ever granted");
        }
        eq(escrow.balanceOf(agent) + coin.balanceOf(agent), 0, "the agent has nothing");
    }

    function checkDeals() external view {
        for (uint256 i = 0; i < dealIds.length; i++) {
            StorageDeals.Deal memory entry = deals.dealOf(dealIds[i]);
            DealSums storage sums = dealSums[dealIds[i]];
            eq(
                sums.proven + sums.faulted + sums.refunded + (entry.end - entry.next),
                sums.periods,
                "proven, faulted, refunded or to come"
            );
        }
    }

    // ---- the rest

    function left(bytes32 lease) private view returns (uint256) {
        Leases.Lease memory entry = escrow.leaseOf(lease);
        return uint256(entry.rate) * (entry.paidUntil - entry.settledUntil);
    }

    function party(uint256 index, bool isHost) private view returns (address) {
        Leases.Lease memory entry = escrow.leaseOf(leases[index]);
        return isHost ? entry.host : entry.client;
    }

    function mandateAllows(address account, uint256 cost, uint256 rate) private view returns (bool) {
        Mandates.Mandate memory mandate = escrow.mandateOf(account, agent, "shop");
        return mandateSums[account].granted && block.timestamp <= mandate.expiry
            && uint256(mandate.rate) + rate <= mandate.mostRate && uint256(mandate.used) + cost <= mandate.budget
            && cost <= escrow.balanceOf(account);
    }

    function closeLease(uint256 index, address by) private {
        bytes32 lease = leases[index];
        address account = escrow.leaseOf(lease).client;
        LeaseSums storage sums = leaseSums[lease];
        uint256 before = escrow.balanceOf(treasury);
        uint256 due = escrow.due(lease);
        vm.prank(by);
        uint256 refund = escrow.close(lease, 1);
        fee(before, due);
        uint256 prepaid = agentPrepaid[lease];
        if (prepaid > refund) mandateSums[account].cost += prepaid - refund;
        delete agentPrepaid[lease];
        sums.paid += due;
        eq(sums.deposited, sums.paid + refund, "deposited = paid + refunded");
        leases[index] = leases[leases.length - 1];
        leases.pop();
    }

    function endDeal(bytes32 deal, bool byHost) private {
        StorageDeals.Deal memory entry = deals.dealOf(deal);
        if (entry.end <= deals.currentPeriod() + 1 || entry.next >= entry.end) return;
        vm.prank(byHost ? entry.host : entry.client);
        deals.end(deal);
        dealSums[deal].refunded += entry.end - deals.dealOf(deal).end;
    }

    function leaveDeal() private {
        bytes32 deal = dealIds[dealIds.length - 1];
        endDeal(deal, false);
        StorageDeals.Deal memory entry = deals.dealOf(deal);
        if (entry.next < entry.end) {
            if (deals.currentPeriod() < entry.end) vm.roll(uint256(entry.end) * PERIOD_BLOCKS);
            vm.prank(address(this));
            deals.fault(deal, type(uint48).max);
        }
        dealIds.pop();
    }

    function settled(bytes32 deal, uint256 period, uint8 outcome) private {
        eq(dealSums[deal].outcome[period], 0, "a period ends once");
        dealSums[deal].outcome[period] = outcome;
    }

    function fee(uint256 before, uint256 gross) private {
        uint256 taken = escrow.balanceOf(treasury) - before;
        // Rates are multiples of ten: also the sum of many settlements has an exact tenth.
        eq(taken, gross / 10, "fee = floor(gross / 10)");
        fees += taken;
    }

    function put(address account, uint256 amount) private {
        vm.prank(account);
        escrow.deposit(account, amount);
        deposited += amount;
    }

    function take(address account, uint256 amount) private {
        uint256 before = coin.balanceOf(account);
        vm.prank(account);
        escrow.withdraw(account, amount);
        eq(coin.balanceOf(account) - before, amount, "withdrawn");
        withdrawn += amount;
    }

    function takeAll(address account) private {
        uint256 amount = escrow.balanceOf(account);
        if (amount > 0) take(account, amount);
    }

    function actor(uint256 index) private view returns (address) {
        return actors[index % ACTORS];
    }

    function next(uint256 index) private view returns (address) {
        return actors[(index % ACTORS + 1) % ACTORS];
    }

    function pickLease(uint256 which) private view returns (bytes32 lease, bool found) {
        found = leases.length > 0;
        if (found) lease = leases[which % leases.length];
    }

    function pickDeal(uint256 which) private returns (bytes32 deal, bool found) {
        // Deals that are over make room for others.
        for (uint256 i = dealIds.length; i > 0; i--) {
            StorageDeals.Deal memory entry = deals.dealOf(dealIds[i - 1]);
            if (entry.next < entry.end || dealIds.length < MOST) continue;
            dealIds[i - 1] = dealIds[dealIds.length - 1];
            dealIds.pop();
        }
        found = dealIds.length > 0;
        if (!found) return (deal, found);
        deal = dealIds[which % dealIds.length];
        StorageDeals.Deal memory picked = deals.dealOf(deal);
        found = picked.next < picked.end;
    }
}
