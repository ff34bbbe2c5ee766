// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Fixture} from "./Fixture.sol";
import {Coin} from "../src/Coin.sol";
import {Escrow} from "../src/escrow/Escrow.sol";
import {Custody} from "../src/escrow/Custody.sol";
import {Leases} from "../src/escrow/Leases.sol";
import {IERC20Errors} from "@openzeppelin/contracts/interfaces/draft-IERC6093.sol";

/// Reverts whatever it is called with.
contract Refuses {
    fallback() external payable {
        revert();
    }
}

contract CustodyTest is Fixture {
    function test_deposit_forAnother_creditsThem() public {
        vm.expectEmit(true, true, true, true, address(escrow));
        emit Custody.Deposited(client, address(this), 5);
        escrow.deposit(client, 5);
        eq(escrow.balanceOf(client), 5, "balance");
        eq(coin.balanceOf(address(escrow)), 5, "custody");
    }

    function test_deposit_zeroAmount_reverts() public {
        vm.expectRevert(abi.encodeWithSelector(Custody.ZeroAmount.selector));
        escrow.deposit(client, 0);
    }

    function test_deposit_toNobody_reverts() public {
        vm.expectRevert(abi.encodeWithSelector(Custody.InvalidAccount.selector, address(0)));
        escrow.deposit(address(0), 1);
    }

    function test_deposit_largestUint_reverts() public {
        vm.expectPartialRevert(IERC20Errors.ERC20InsufficientBalance.selector);
        escrow.deposit(client, type(uint256).max);
        eq(escrow.balanceOf(client), 0, "balance");
    }

    function test_depositWithPermit_signed_needsNoApproval() public {
        coin.transfer(client, 70);
        (uint8 v, bytes32 r, bytes32 s) = permit(CLIENT_KEY, 70, 0, START);
        vm.prank(client);
        escrow.depositWithPermit(70, START, v, r, s);
        eq(escrow.balanceOf(client), 70, "balance");
    }

    function test_depositWithPermit_permitHandedInByAnother_stillDeposits() public {
        coin.transfer(client, 70);
        (uint8 v, bytes32 r, bytes32 s) = permit(CLIENT_KEY, 70, 0, START);
        vm.prank(other);
        coin.permit(client, address(escrow), 70, START, v, r, s);
        vm.prank(client);
        escrow.depositWithPermit(70, START, v, r, s);
        eq(escrow.balanceOf(client), 70, "balance");
    }

    function test_depositWithPermit_expiredOrOfAnother_reverts() public {
        coin.transfer(client, 70);
        (uint8 v, bytes32 r, bytes32 s) = permit(CLIENT_KEY, 70, 0, START - 1);
        bytes memory refusal =
            abi.encodeWithSelector(IERC20Errors.ERC20InsufficientAllowance.selector, address(escrow), 0, 70);
        vm.prank(client);
        vm.expectRevert(refusal);
        escrow.depositWithPermit(70, START - 1, v, r, s);
        (v, r, s) = permit(OTHER_KEY, 70, 0, START);
        vm.prank(client);
        vm.expectRevert(refusal);
        escrow.depositWithPermit(70, START, v, r, s);
        eq(coin.balanceOf(client), 70, "nothing moved");
    }

    function test_withdraw_all_leavesNothing() public {
        give(client, 9);
        vm.expectEmit(true, true, true, true, address(escrow));
        emit Custody.Withdrawn(client, other, 9);
        vm.prank(client);
        escrow.withdraw(other, 9);
        eq(escrow.balanceOf(client), 0, "balance");
        eq(coin.balanceOf(other), 9, "received");
    }

    function test_withdraw_moreThanBalance_reverts() public {
        give(client, 9);
        vm.prank(client);
        vm.expectRevert(abi.encodeWithSelector(Custody.InsufficientBalance.selector, client, 9, 10));
        escrow.withdraw(client, 10);
        vm.prank(client);
        vm.expectRevert(
            abi.encodeWithSelector(Custody.InsufficientBalance.selector, client, 9, type(uint256).max)
        );
        escrow.withdraw(client, type(uint256).max);
        eq(escrow.balanceOf(client), 9, "balance");
    }

    function test_withdraw_zero_reverts() public {
        vm.expectRevert(abi.encodeWithSelector(Custody.ZeroAmount.selector));
        escrow.withdraw(client, 0);
    }

    function test_withdraw_toNobodyOrCustody_reverts() public {
        give(address(this), 1);
        vm.expectRevert(abi.encodeWithSelector(IERC20Errors.ERC20InvalidReceiver.selector, address(0)));
        escrow.withdraw(address(0), 1);
        vm.expectRevert(abi.encodeWithSelector(Custody.InvalidAccount.selector, address(escrow)));
        escrow.withdraw(address(escrow), 1);
    }

    function test_withdraw_toContractThatRefusesCalls_succeeds() public {
        give(client, 1);
        address refuses = address(new Refuses());
        vm.prank(client);
        escrow.withdraw(refuses, 1);
        eq(coin.balanceOf(refuses), 1, "received");
    }

    function test_moduleCalls_byAnybodyElse_revert() public {
        give(client, 100);
        bytes memory refusal = abi.encodeWithSelector(Custody.NotModule.selector, address(this));
        vm.expectRevert(refusal);
        escrow.lock(client, 1);
        vm.expectRevert(refusal);
        escrow.release(address(this), 1);
        vm.expectRevert(refusal);
        escrow.pay(address(this), 1);
        eq(escrow.balanceOf(client), 100, "balance");
    }

    function test_module_beyondWhatItLocked_reverts() public {
        give(client, 100);
        vm.prank(address(registry));
        escrow.lock(client, 60);
        eq(escrow.held(address(registry)), 60, "held");
        vm.prank(address(deals));
        vm.expectRevert(abi.encodeWithSelector(Custody.InsufficientHeld.selector, address(deals), 0, 1));
        escrow.release(client, 1);
        vm.prank(address(registry));
        vm.expectRevert(abi.encodeWithSelector(Custody.InsufficientHeld.selector, address(registry), 60, 61));
        escrow.pay(host, 61);
        vm.prank(address(registry));
        escrow.pay(host, 59);
        eq(escrow.balanceOf(host), 54, "host");
        eq(escrow.balanceOf(treasury), 5, "fee");
        vm.prank(address(registry));
        escrow.release(client, 1);
        eq(escrow.balanceOf(client), 41, "client");
    }

    function test_constructor_badAddresses_revert() public {
        vm.expectRevert(abi.encodeWithSelector(Custody.NoCode.selector, other));
        new Escrow(Coin(other), treasury, other, other, other, START);
        vm.expectRevert(abi.encodeWithSelector(Custody.Misplaced.selector));
        new Escrow(coin, treasury, other, other, other, START);
        Coin another = new Coin(other, placed(vm.getNonce(address(this)) + 1));
        vm.expectRevert(abi.encodeWithSelector(Custody.InvalidAccount.selector, address(0)));
        new Escrow(another, address(0), other, other, other, START);
    }

    function test_multicall_permitDepositOpen_isOneTransaction() public {
        coin.transfer(client, 1000);
        (uint8 v, bytes32 r, bytes32 s) = permit(CLIENT_KEY, 1000, 0, START);
        Leases.Offer memory terms = offer(10, 1);
        bytes[] memory calls = new bytes[](2);
        calls[0] = abi.encodeCall(escrow.depositWithPermit, (1000, START, v, r, s));
        calls[1] = abi.encodeCall(escrow.open, (terms, signature(HOST_KEY, escrow.leaseId(terms)), 100, 0));
        vm.prank(client);
        escrow.multicall(calls);
        eq(escrow.runway(escrow.leaseId(terms)), 100, "runway");
        eq(escrow.balanceOf(client), 0, "balance");
    }
}
