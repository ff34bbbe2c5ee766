// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Base} from "./Base.sol";
import {Coin} from "../src/Coin.sol";
import {Escrow} from "../src/escrow/Escrow.sol";
import {Leases} from "../src/escrow/Leases.sol";
import {HostRegistry} from "../src/HostRegistry.sol";
import {StorageDeals} from "../src/StorageDeals.sol";

/// The whole ledger, deployed in the order of deploy.json, with a funded client and a host.
abstract contract Fixture is Base {
    uint256 internal constant START = 1_800_000_000;
    uint256 internal constant PERIOD_BLOCKS = 100;
    uint256 internal constant CLIENT_KEY = 0xC11E47;
    uint256 internal constant HOST_KEY = 0x4057;
    uint256 internal constant OTHER_KEY = 0x07E4;
    uint256 internal constant FUNDS = 1_000_000e18;

    address internal immutable client = vm.addr(CLIENT_KEY);
    address internal immutable host = vm.addr(HOST_KEY);
    address internal immutable other = vm.addr(OTHER_KEY);
    address internal constant treasury = address(0x7EA5);
    address internal constant publisher = address(0x9B11);

    Coin internal coin;
    Escrow internal escrow;
    HostRegistry internal registry;
    StorageDeals internal deals;

    function setUp() public virtual {
        vm.warp(START);
        vm.roll(1000 * PERIOD_BLOCKS + 1);
        uint256 nonce = vm.getNonce(address(this));
        coin = new Coin(address(this), placed(nonce + 1));
        escrow = new Escrow(coin, treasury, placed(nonce + 2), placed(nonce + 3), publisher, START);
        registry = new HostRegistry(escrow, placed(nonce + 3));
        deals = new StorageDeals(escrow, registry, PERIOD_BLOCKS);
        coin.approve(address(escrow), type(uint256).max);
    }

    function placed(uint256 nonce) internal view returns (address) {
        return vm.computeCreateAddress(address(this), nonce);
    }

    function give(address account, uint256 amount) internal {
        escrow.deposit(account, amount);
    }

    function compact(uint256 key, bytes32 digest) internal pure returns (bytes32 r, bytes32 vs) {
        (uint8 v, bytes32 r_, bytes32 s) = vm.sign(key, digest);
        return (r_, bytes32(uint256(s) | uint256(v - 27) << 255));
    }

    function signature(uint256 key, bytes32 digest) internal pure returns (Leases.Signature memory) {
        (bytes32 r, bytes32 vs) = compact(key, digest);
        return Leases.Signature(r, vs);
    }

    function offer(uint96 rate, uint256 nonce) internal view returns (Leases.Offer memory) {
        return Leases.Offer(host, client, rate, uint64(block.timestamp + 1 hours), keccak256("32 vCPU"), nonce);
    }

    function openLease(uint96 rate, uint32 paidSeconds, uint256 nonce) internal returns (bytes32 lease) {
        Leases.Offer memory terms = offer(rate, nonce);
        Leases.Signature memory signed = signature(HOST_KEY, escrow.leaseId(terms));
        vm.prank(client);
        return escrow.open(terms, signed, paidSeconds, 0);
    }

    function permit(uint256 key, uint256 amount, uint256 nonce, uint256 deadline)
        internal
        view
        returns (uint8 v, bytes32 r, bytes32 s)
    {
        bytes32 structHash = keccak256(
            abi.encode(
                keccak256("Permit(address owner,address spender,uint256 value,uint256 nonce,uint256 deadline)"),
                vm.addr(key),
                address(escrow),
                amount,
                nonce,
                deadline
            )
        );
        return vm.sign(key, keccak256(abi.encodePacked(hex"1901", coin.DOMAIN_SEPARATOR(), structHash)));
    }

    /// Moves to a block of a period, of which the seed is then known.
    function enter(uint256 period) internal {
        vm.roll(period * PERIOD_BLOCKS + 10);
        vm.setBlockhash(period * PERIOD_BLOCKS, keccak256(abi.encode("block", period)));
    }
}
