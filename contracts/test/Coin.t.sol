// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Fixture} from "./Fixture.sol";
import {Coin} from "../src/Coin.sol";
import {ERC3009} from "@openzeppelin/contracts/token/ERC20/extensions/draft-ERC3009.sol";
import {IERC20Errors} from "@openzeppelin/contracts/interfaces/draft-IERC6093.sol";

contract CoinTest is Fixture {
    bytes32 private constant TRANSFER = keccak256(
        "TransferWithAuthorization(address from,address to,uint256 value,uint256 validAfter,uint256 validBefore,bytes32 nonce)"
    );
    bytes32 private constant RECEIVE = keccak256(
        "ReceiveWithAuthorization(address from,address to,uint256 value,uint256 validAfter,uint256 validBefore,bytes32 nonce)"
    );

    function test_coin_deployed_hasNameAndGenesis() public view {
        eq(coin.name(), "Zansoc", "name");
        eq(coin.symbol(), "ZANS", "symbol");
        eq(coin.decimals(), 18, "decimals");
        eq(coin.totalSupply(), coin.GENESIS(), "supply");
        eq(coin.balanceOf(address(this)), coin.GENESIS(), "genesis");
        eq(coin.CAP(), 1_000_000_000e18, "cap");
    }

    function test_mint_byAnybodyElse_reverts() public {
        vm.expectRevert(abi.encodeWithSelector(Coin.NotMinter.selector, address(this)));
        coin.mint(address(this), 1);
    }

    function test_mint_aboveCap_reverts() public {
        uint256 cap = coin.CAP();
        uint256 room = cap - coin.totalSupply();
        vm.prank(address(escrow));
        coin.mint(other, room);
        eq(coin.totalSupply(), coin.CAP(), "full");
        vm.prank(address(escrow));
        vm.expectRevert(abi.encodeWithSelector(Coin.CapExceeded.selector, 1, 0));
        coin.mint(other, 1);
    }

    function test_transferWithAuthorization_signed_movesOnce() public {
        coin.transfer(client, 100);
        (uint8 v, bytes32 r, bytes32 s) = authorize(TRANSFER, other, 60);
        coin.transferWithAuthorization(client, other, 60, START - 1, START + 1, "n", v, r, s);
        eq(coin.balanceOf(other), 60, "moved");
        check(coin.authorizationState(client, "n"), "used");
        vm.expectRevert(abi.encodeWithSelector(ERC3009.ERC3009UsedAuthorization.selector, client, bytes32("n")));
        coin.transferWithAuthorization(client, other, 60, START - 1, START + 1, "n", v, r, s);
    }

    function test_transferWithAuthorization_otherAmountOrChain_reverts() public {
        coin.transfer(client, 100);
        (uint8 v, bytes32 r, bytes32 s) = authorize(TRANSFER, other, 60);
        vm.expectRevert(abi.encodeWithSelector(ERC3009.ERC3009InvalidSignature.selector));
        coin.transferWithAuthorization(client, other, 61, START - 1, START + 1, "n", v, r, s);
        vm.chainId(999);
        vm.expectRevert(abi.encodeWithSelector(ERC3009.ERC3009InvalidSignature.selector));
        coin.transferWithAuthorization(client, other, 60, START - 1, START + 1, "n", v, r, s);
        eq(coin.balanceOf(client), 100, "nothing moved");
    }

    function test_receiveWithAuthorization_byAnybodyElse_reverts() public {
        coin.transfer(client, 100);
        (uint8 v, bytes32 r, bytes32 s) = authorize(RECEIVE, other, 60);
        vm.expectRevert(abi.encodeWithSelector(IERC20Errors.ERC20InvalidReceiver.selector, other));
        coin.receiveWithAuthorization(client, other, 60, START - 1, START + 1, "n", v, r, s);
        vm.prank(other);
        coin.receiveWithAuthorization(client, other, 60, START - 1, START + 1, "n", v, r, s);
        eq(coin.balanceOf(other), 60, "moved");
    }

    function test_cancelAuthorization_then_transferReverts() public {
        coin.transfer(client, 100);
        (uint8 v, bytes32 r, bytes32 s) = authorize(TRANSFER, other, 60);
        bytes32 cancel = keccak256(abi.encode(keccak256("CancelAuthorization(address authorizer,bytes32 nonce)"), client, bytes32("n")));
        (uint8 cv, bytes32 cr, bytes32 cs) = vm.sign(CLIENT_KEY, digest(cancel));
        coin.cancelAuthorization(client, "n", cv, cr, cs);
        vm.expectRevert(abi.encodeWithSelector(ERC3009.ERC3009UsedAuthorization.selector, client, bytes32("n")));
        coin.transferWithAuthorization(client, other, 60, START - 1, START + 1, "n", v, r, s);
    }

    function authorize(bytes32 typeHash, address to, uint256 value) private view returns (uint8, bytes32, bytes32) {
        return vm.sign(CLIENT_KEY, digest(keccak256(abi.encode(typeHash, client, to, value, START - 1, START + 1, bytes32("n")))));
    }

    function digest(bytes32 structHash) private view returns (bytes32) {
        return keccak256(abi.encodePacked(hex"1901", coin.DOMAIN_SEPARATOR(), structHash));
    }
}
