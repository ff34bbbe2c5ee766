// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Fixture} from "./Fixture.sol";
import {Custody} from "../src/escrow/Custody.sol";
import {Vouchers} from "../src/escrow/Vouchers.sol";

contract VouchersTest is Fixture {
    bytes32 private constant REF = "lease 1, bandwidth";

    function setUp() public override {
        super.setUp();
        give(client, 10_000);
        vm.prank(client);
        escrow.fund(host, REF, 1000);
    }

    function test_redeem_signedVoucher_paysTheDifference() public {
        vm.expectEmit(true, true, true, true, address(escrow));
        emit Vouchers.Redeemed(escrow.channelId(client, host, REF), 105, 10);
        eq(redeem(CLIENT_KEY, REF, 105), 105, "gross");
        eq(redeem(CLIENT_KEY, REF, 205), 100, "gross");
        eq(escrow.balanceOf(host), 95 + 90, "host");
        eq(escrow.balanceOf(treasury), 20, "fee");
        eq(escrow.channelOf(escrow.channelId(client, host, REF)).paid, 205, "paid");
    }

    function test_redeem_sameOrOlderVoucher_reverts() public {
        redeem(CLIENT_KEY, REF, 105);
        refused(CLIENT_KEY, REF, 105, abi.encodeWithSelector(Vouchers.NothingToRedeem.selector, 105, 105, 1000));
        refused(CLIENT_KEY, REF, 104, abi.encodeWithSelector(Vouchers.NothingToRedeem.selector, 104, 105, 1000));
        refused(CLIENT_KEY, REF, 0, abi.encodeWithSelector(Vouchers.NothingToRedeem.selector, 0, 105, 1000));
    }

    function test_redeem_moreThanFunded_keepsTheRestClaimable() public {
        eq(redeem(CLIENT_KEY, REF, 1500), 1000, "gross");
        bytes memory refusal = abi.encodeWithSelector(Vouchers.NothingToRedeem.selector, 1500, 1000, 1000);
        refused(CLIENT_KEY, REF, 1500, refusal);
        vm.prank(client);
        escrow.fund(host, REF, 400);
        eq(redeem(CLIENT_KEY, REF, 1500), 400, "gross");
        vm.prank(client);
        escrow.fund(host, REF, 400);
        eq(redeem(CLIENT_KEY, REF, type(uint256).max), 400, "largest");
    }

    function test_redeem_signedByAnother_reverts() public {
        refused(OTHER_KEY, REF, 10, abi.encodeWithSelector(Vouchers.NoChannel.selector, other, host));
    }

    function test_redeem_voucherOfAnotherChannelChainOrTotal_reverts() public {
        vm.prank(client);
        escrow.fund(host, "lease 2", 1000);
        (bytes32 r, bytes32 vs) = compact(CLIENT_KEY, escrow.voucherDigest(host, REF, 10));
        vm.expectPartialRevert(Vouchers.NoChannel.selector);
        escrow.redeem(host, "lease 2", 10, r, vs);
        vm.expectPartialRevert(Vouchers.NoChannel.selector);
        escrow.redeem(host, REF, 11, r, vs);
        vm.chainId(999);
        vm.expectPartialRevert(Vouchers.NoChannel.selector);
        escrow.redeem(host, REF, 10, r, vs);
        eq(escrow.balanceOf(host), 0, "host");
    }

    function test_fund_zeroTooMuchOrToNobody_reverts() public {
        vm.prank(client);
        vm.expectRevert(abi.encodeWithSelector(Custody.ZeroAmount.selector));
        escrow.fund(host, REF, 0);
        vm.prank(client);
        vm.expectRevert(abi.encodeWithSelector(Custody.InsufficientBalance.selector, client, 9000, 9001));
        escrow.fund(host, REF, 9001);
        vm.prank(client);
        vm.expectRevert(abi.encodeWithSelector(Custody.InvalidAccount.selector, address(0)));
        escrow.fund(address(0), REF, 1);
    }

    function test_close_byHost_refundsAtOnce() public {
        redeem(CLIENT_KEY, REF, 100);
        vm.expectEmit(true, true, true, true, address(escrow));
        emit Vouchers.ChannelClosed(escrow.channelId(client, host, REF), 900);
        vm.prank(host);
        eq(escrow.closeChannel(client, host, REF), 900, "refund");
        eq(escrow.balanceOf(client), 9900, "client");
        refused(CLIENT_KEY, REF, 100, abi.encodeWithSelector(Vouchers.NothingToRedeem.selector, 100, 100, 100));
    }

    function test_close_byClient_afterTheDelayOnly() public {
        vm.expectRevert(abi.encodeWithSelector(Vouchers.ChannelNotClosing.selector));
        escrow.closeChannel(client, host, REF);
        vm.prank(client);
        escrow.requestClose(host, REF);
        vm.warp(START + 1 days - 1);
        vm.prank(client);
        escrow.requestClose(host, REF);
        vm.expectRevert(abi.encodeWithSelector(Vouchers.ChannelStillOpen.selector, START + 1 days));
        escrow.closeChannel(client, host, REF);
        eq(redeem(CLIENT_KEY, REF, 300), 300, "the host can still redeem");
        vm.warp(START + 1 days);
        eq(escrow.closeChannel(client, host, REF), 700, "refund");
    }

    function test_requestClose_ofEmptyChannel_reverts() public {
        vm.prank(client);
        vm.expectRevert(abi.encodeWithSelector(Vouchers.NoChannel.selector, client, host));
        escrow.requestClose(host, "none");
    }

    function test_fund_afterClosing_oldVouchersStayWorthless() public {
        redeem(CLIENT_KEY, REF, 100);
        vm.prank(client);
        escrow.requestClose(host, REF);
        vm.prank(client);
        escrow.fund(host, REF, 1);
        eq(escrow.channelOf(escrow.channelId(client, host, REF)).closesAt, 0, "called off");
        vm.prank(host);
        escrow.closeChannel(client, host, REF);
        vm.prank(client);
        escrow.fund(host, REF, 50);
        refused(CLIENT_KEY, REF, 100, abi.encodeWithSelector(Vouchers.NothingToRedeem.selector, 100, 100, 150));
        eq(redeem(CLIENT_KEY, REF, 101), 1, "gross");
    }

    function test_channelId_isTheHashOfItsThreeParts() public view {
        eq(escrow.channelId(client, host, REF), keccak256(abi.encode(client, host, REF)), "id");
    }

    function redeem(uint256 key, bytes32 ref, uint256 total) private returns (uint256) {
        (bytes32 r, bytes32 vs) = compact(key, escrow.voucherDigest(host, ref, total));
        return escrow.redeem(host, ref, total, r, vs);
    }

    function refused(uint256 key, bytes32 ref, uint256 total, bytes memory refusal) private {
        (bytes32 r, bytes32 vs) = compact(key, escrow.voucherDigest(host, ref, total));
        vm.expectRevert(refusal);
        escrow.redeem(host, ref, total, r, vs);
    }
}
