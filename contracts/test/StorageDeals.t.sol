// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {DealFixture} from "./DealFixture.sol";
import {BlockHistory} from "../src/BlockHistory.sol";
import {Custody} from "../src/escrow/Custody.sol";
import {Coin} from "../src/Coin.sol";
import {Escrow} from "../src/escrow/Escrow.sol";
import {HostRegistry} from "../src/HostRegistry.sol";
import {StorageDeals} from "../src/StorageDeals.sol";

/// Answers like the system contract of EIP-2935: the hash of the block whose number is the input.
contract History {
    fallback(bytes calldata input) external returns (bytes memory) {
        return abi.encode(keccak256(abi.encode("history", abi.decode(input, (uint256)))));
    }
}

contract StorageDealsTest is DealFixture {
    uint256 private constant FIRST = 1001;

    function setUp() public override {
        super.setUp();
        give(client, 100_000);
        give(host, 1000);
        vm.prank(host);
        registry.stake(1000);
    }

    function test_open_signedTerms_prepaysAllPeriods() public {
        StorageDeals.Terms memory terms = dealTerms(105, 50, 10, 1);
        bytes32 id = deals.dealId(terms);
        vm.expectEmit(true, true, true, true, address(deals));
        emit StorageDeals.DealOpened(id, client, host, terms.root, LEAVES, FIRST, FIRST + 10, 105, 50);
        eq(openDeal(terms), id, "id");
        eq(escrow.balanceOf(client), 100_000 - 1050, "client");
        eq(escrow.held(address(deals)), 1050, "held");
        StorageDeals.Deal memory entry = deals.dealOf(id);
        eq(entry.depth, 4, "depth");
        eq(entry.next, FIRST, "next");
    }

    function test_dealId_is_theEip712Digest() public view {
        bytes32 domain = keccak256(
            abi.encode(
                keccak256("EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)"),
                keccak256("Zansoc Storage Deals"),
                keccak256("1"),
                block.chainid,
                address(deals)
            )
        );
        StorageDeals.Terms memory terms = dealTerms(105, 50, 10, 1);
        bytes32 structHash = keccak256(
            bytes.concat(
                abi.encode(deals.TERMS_TYPEHASH(), terms.host, terms.client, terms.root, terms.leaves, terms.samples),
                abi.encode(terms.periods, terms.price, terms.penalty, terms.expiry, terms.nonce)
            )
        );
        eq(deals.dealId(terms), keccak256(abi.encodePacked(hex"1901", domain, structHash)), "digest");
    }

    function test_open_badTerms_revert() public {
        bytes memory invalid = abi.encodeWithSelector(StorageDeals.InvalidTerms.selector);
        StorageDeals.Terms memory terms = dealTerms(0, 50, 10, 1);
        refused(client, terms, HOST_KEY, invalid);
        terms = dealTerms(105, 50, 0, 1);
        refused(client, terms, HOST_KEY, invalid);
        terms = dealTerms(105, 50, 10, 1);
        terms.leaves = 0;
        refused(client, terms, HOST_KEY, invalid);
        terms.leaves = type(uint64).max;
        refused(client, terms, HOST_KEY, invalid);
        terms = dealTerms(105, 50, 10, 1);
        terms.samples = 0;
        refused(client, terms, HOST_KEY, invalid);
        terms.samples = 33;
        refused(client, terms, HOST_KEY, invalid);
    }

    function test_open_expiredReusedOrOfAnother_reverts() public {
        StorageDeals.Terms memory terms = dealTerms(105, 50, 10, 1);
        refused(other, terms, HOST_KEY, abi.encodeWithSelector(StorageDeals.NotOffered.selector, other, client));
        refused(client, terms, OTHER_KEY, abi.encodeWithSelector(StorageDeals.SignerMismatch.selector, other, host));
        bytes32 id = openDeal(terms);
        refused(client, terms, HOST_KEY, abi.encodeWithSelector(StorageDeals.TermsUsed.selector, id));
        terms.nonce = 2;
        vm.warp(terms.expiry + 1);
        refused(client, terms, HOST_KEY, abi.encodeWithSelector(StorageDeals.TermsExpired.selector, terms.expiry));
    }

    function test_open_signatureForAnotherChain_reverts() public {
        StorageDeals.Terms memory terms = dealTerms(105, 50, 10, 1);
        (bytes32 r, bytes32 vs) = compact(HOST_KEY, deals.dealId(terms));
        vm.chainId(999);
        vm.prank(client);
        vm.expectPartialRevert(StorageDeals.SignerMismatch.selector);
        deals.open(terms, r, vs);
    }

    function test_open_tooLittleStakeOrMoney_reverts() public {
        StorageDeals.Terms memory terms = dealTerms(105, 1001, 10, 1);
        refused(client, terms, HOST_KEY, abi.encodeWithSelector(StorageDeals.InsufficientStake.selector, 1000, 1001));
        terms = dealTerms(10_001, 1, 10, 1);
        refused(
            client, terms, HOST_KEY, abi.encodeWithSelector(Custody.InsufficientBalance.selector, client, 100_000, 100_010)
        );
        terms = dealTerms(1, 1, 1, 1);
        terms.client = address(0);
        give(other, 1);
        (bytes32 r, bytes32 vs) = compact(HOST_KEY, deals.dealId(terms));
        vm.prank(other);
        deals.open(terms, r, vs);
        eq(deals.dealOf(deals.dealId(terms)).client, other, "anybody");
    }

    function test_prove_everyPeriod_paysAll() public {
        bytes32 deal = openDeal(dealTerms(105, 50, 3, 1));
        for (uint256 period = FIRST; period < FIRST + 3; period++) {
            enter(period);
            vm.expectEmit(true, true, true, true, address(deals));
            emit StorageDeals.DealProven(deal, host, period, 105);
            prove(deal, period);
        }
        eq(escrow.balanceOf(host), 3 * 95, "host");
        eq(escrow.balanceOf(treasury), 30, "fee");
        eq(escrow.held(address(deals)), 0, "held");
        bytes memory over = abi.encodeWithSelector(StorageDeals.DealOver.selector, deal);
        vm.expectRevert(over);
        deals.prove(deal, new bytes32[](0), new bytes32[](0));
        vm.expectRevert(over);
        deals.fault(deal, 1);
        vm.prank(client);
        vm.expectRevert(over);
        deals.end(deal);
    }

    function test_prove_tooEarlyOrTwice_reverts() public {
        bytes32 deal = openDeal(dealTerms(105, 50, 3, 1));
        vm.expectRevert(abi.encodeWithSelector(StorageDeals.NotDue.selector, FIRST, FIRST - 1));
        deals.prove(deal, new bytes32[](0), new bytes32[](0));
        enter(FIRST);
        (bytes32[] memory leaves, bytes32[] memory path) = proof(deal, FIRST);
        deals.prove(deal, leaves, path);
        vm.expectRevert(abi.encodeWithSelector(StorageDeals.NotDue.selector, FIRST + 1, FIRST));
        deals.prove(deal, leaves, path);
    }

    function test_prove_inTheFirstBlock_hasNoSeedYet() public {
        bytes32 deal = openDeal(dealTerms(105, 50, 3, 1));
        vm.roll(FIRST * PERIOD_BLOCKS);
        vm.expectRevert(abi.encodeWithSelector(StorageDeals.SeedUnknown.selector, FIRST));
        deals.prove(deal, new bytes32[](0), new bytes32[](0));
    }

    function test_prove_wrongLeafPathOrLength_reverts() public {
        bytes32 deal = openDeal(dealTerms(105, 50, 3, 1));
        enter(FIRST);
        (bytes32[] memory leaves, bytes32[] memory path) = proof(deal, FIRST);
        vm.expectRevert(abi.encodeWithSelector(StorageDeals.WrongProofLength.selector, 0, 12));
        deals.prove(deal, new bytes32[](0), path);
        vm.expectRevert(abi.encodeWithSelector(StorageDeals.WrongProofLength.selector, 3, 0));
        deals.prove(deal, leaves, new bytes32[](0));
        leaves[2] ^= bytes32(uint256(1));
        vm.expectRevert(abi.encodeWithSelector(StorageDeals.WrongProof.selector, 2));
        deals.prove(deal, leaves, path);
        leaves[2] ^= bytes32(uint256(1));
        path[0] ^= bytes32(uint256(1) << 255);
        vm.expectRevert(abi.encodeWithSelector(StorageDeals.WrongProof.selector, 0));
        deals.prove(deal, leaves, path);
        eq(escrow.balanceOf(host), 0, "host");
    }

    function test_prove_proofOfAnotherPeriodOrDeal_reverts() public {
        bytes32 deal = openDeal(dealTerms(105, 50, 3, 1));
        enter(FIRST);
        (bytes32[] memory leaves, bytes32[] memory path) = proof(deal, FIRST);
        bytes32 second = openDeal(dealTerms(105, 50, 3, 2));
        deals.prove(deal, leaves, path);
        enter(FIRST + 1);
        vm.expectPartialRevert(StorageDeals.WrongProof.selector);
        deals.prove(deal, leaves, path);
        (leaves, path) = proof(deal, FIRST + 1);
        vm.expectPartialRevert(StorageDeals.WrongProof.selector);
        deals.prove(second, leaves, path);
    }

    function test_prove_afterAMissedPeriod_needsTheFaultFirst() public {
        bytes32 deal = openDeal(dealTerms(105, 50, 3, 1));
        enter(FIRST + 1);
        vm.expectRevert(abi.encodeWithSelector(StorageDeals.FaultPending.selector, FIRST, FIRST + 1));
        deals.prove(deal, new bytes32[](0), new bytes32[](0));
        deals.fault(deal, 10);
        prove(deal, FIRST + 1);
        eq(escrow.balanceOf(host), 95, "host");
    }

    function test_fault_missedPeriods_refundsSlashesAndPaysTheCaller() public {
        bytes32 deal = openDeal(dealTerms(105, 55, 3, 1));
        enter(FIRST);
        vm.prank(other);
        vm.expectRevert(abi.encodeWithSelector(StorageDeals.NotDue.selector, FIRST, FIRST));
        deals.fault(deal, 1);
        enter(FIRST + 9);
        eq(deals.overdue(deal), 3, "overdue");
        vm.prank(other);
        eq(deals.fault(deal, 1), 1, "one");
        eq(escrow.balanceOf(other), 5, "bounty");
        eq(escrow.balanceOf(client), 100_000 - 315 + 105 + 50, "client");
        vm.expectEmit(true, true, true, true, address(deals));
        emit StorageDeals.DealFaulted(deal, host, FIRST + 1, 2, 210, 110, 11);
        vm.prank(other);
        eq(deals.fault(deal, 10), 2, "two");
        eq(registry.stakeOf(host), 1000 - 165, "stake");
        eq(escrow.held(address(deals)), 0, "held");
        eq(deals.overdue(deal), 0, "overdue");
    }

    function test_fault_ofZeroPeriods_reverts() public {
        bytes32 deal = openDeal(dealTerms(105, 55, 3, 1));
        enter(FIRST + 1);
        vm.expectPartialRevert(StorageDeals.NotDue.selector);
        deals.fault(deal, 0);
    }

    function test_fault_hostThatThaws_isSlashedAllTheSame() public {
        bytes32 deal = openDeal(dealTerms(105, 55, 3, 1));
        vm.prank(host);
        registry.thaw(1000);
        enter(FIRST + 1);
        deals.fault(deal, 1);
        eq(registry.hostOf(host).thawing, 945, "thawing");
    }

    function test_fault_withoutStakeLeft_stillRefunds() public {
        bytes32 deal = openDeal(dealTerms(105, 55, 3, 1));
        vm.prank(host);
        registry.thaw(1000);
        vm.warp(block.timestamp + 14 days);
        vm.prank(host);
        registry.unstake();
        enter(FIRST + 3);
        deals.fault(deal, 3);
        eq(escrow.balanceOf(client), 100_000, "client");
    }

    function test_end_beforeItBegan_refundsAll() public {
        bytes32 deal = openDeal(dealTerms(105, 50, 3, 1));
        vm.expectRevert(abi.encodeWithSelector(StorageDeals.NotParty.selector, address(this)));
        deals.end(deal);
        vm.prank(host);
        eq(deals.end(deal), 315, "refund");
        eq(escrow.balanceOf(client), 100_000, "client");
    }

    function test_end_inAPeriod_leavesThatPeriodOnly() public {
        bytes32 deal = openDeal(dealTerms(105, 50, 3, 1));
        enter(FIRST);
        vm.expectEmit(true, true, true, true, address(deals));
        emit StorageDeals.DealEnded(deal, client, FIRST + 1, 210);
        vm.prank(client);
        eq(deals.end(deal), 210, "refund");
        vm.prank(client);
        vm.expectRevert(abi.encodeWithSelector(StorageDeals.DealOver.selector, deal));
        deals.end(deal);
        prove(deal, FIRST);
        eq(escrow.held(address(deals)), 0, "held");
    }

    function test_seed_farBack_comesFromTheHistoryContract() public {
        address history = BlockHistory.HISTORY;
        eq(BlockHistory.reach(), 256, "without history");
        vm.roll(FIRST * PERIOD_BLOCKS + 257);
        vm.expectRevert(abi.encodeWithSelector(StorageDeals.SeedUnknown.selector, FIRST));
        deals.seedOf(FIRST);
        vm.etch(history, address(new History()).code);
        eq(BlockHistory.reach(), 8191, "with history");
        eq(deals.seedOf(FIRST), keccak256(abi.encode("history", FIRST * PERIOD_BLOCKS)), "seed");
    }

    function test_constructor_misplacedOrBadPeriod_reverts() public {
        vm.expectRevert(abi.encodeWithSelector(StorageDeals.Misplaced.selector));
        new StorageDeals(escrow, registry, 100);
        refusesPeriod(1);
        refusesPeriod(257);
    }

    function refusesPeriod(uint256 periodBlocks) private {
        uint256 nonce = vm.getNonce(address(this));
        Coin otherCoin = new Coin(other, placed(nonce + 1));
        Escrow otherEscrow = new Escrow(otherCoin, treasury, placed(nonce + 2), placed(nonce + 3), other, START);
        HostRegistry otherRegistry = new HostRegistry(otherEscrow, placed(nonce + 3));
        vm.expectRevert(abi.encodeWithSelector(StorageDeals.InvalidPeriod.selector, periodBlocks));
        new StorageDeals(otherEscrow, otherRegistry, periodBlocks);
    }

    function prove(bytes32 deal, uint256 period) private {
        (bytes32[] memory leaves, bytes32[] memory path) = proof(deal, period);
        deals.prove(deal, leaves, path);
    }

    function refused(address taker, StorageDeals.Terms memory terms, uint256 key, bytes memory refusal) private {
        (bytes32 r, bytes32 vs) = compact(key, deals.dealId(terms));
        vm.prank(taker);
        vm.expectRevert(refusal);
        deals.open(terms, r, vs);
    }
}
