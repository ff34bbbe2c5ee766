// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Custody} from "./Custody.sol";

/// Usage that is not known beforehand (bandwidth, GPU time): a client funds a channel to a host and signs, as it uses more and more,
/// vouchers for the whole sum so far. The host redeems the latest one.
///
/// A channel belongs to a client, a host and a reference (a lease's id, say). What was paid on it is never forgotten,
/// so a voucher is worth only what it is above what was paid, forever.
abstract contract Vouchers is Custody {
    struct Channel {
        /// What the client has put in since the beginning, less refunds.
        uint96 funded;
        /// What was paid since the beginning, commission included.
        uint96 paid;
        /// Unix time in seconds from which the client can take the rest back; 0 when it has not asked for it.
        uint64 closesAt;
    }

    bytes32 public constant VOUCHER_TYPEHASH =
        keccak256("Voucher(address client,address host,bytes32 ref,uint256 total)");

    /// How long a host can still redeem after its client has asked for the rest back.
    uint256 public constant CLOSE_DELAY = 1 days;

    mapping(bytes32 id => Channel) private _channels;

    event ChannelFunded(address indexed client, address indexed host, bytes32 ref, uint256 amount, uint256 funded);
    event Redeemed(address indexed client, address indexed host, bytes32 ref, uint256 gross, uint256 fee);
    event ChannelClosing(address indexed client, address indexed host, bytes32 ref, uint256 closesAt);
    event ChannelClosed(address indexed client, address indexed host, bytes32 ref, uint256 refund);

    error AmountTooLarge(uint256 amount);
    error NothingToRedeem(uint256 total, uint256 paid, uint256 funded);
    error ChannelNotClosing();
    error ChannelStillOpen(uint256 closesAt);

    /// Moves an amount of the caller's balance into its channel to a host; a closing that it has asked for is called off.
    function fund(address host, bytes32 ref, uint256 amount) external {
        if (host == address(0)) revert InvalidAccount(host);
        _debit(msg.sender, amount);
        Channel storage channel = _channels[_id(msg.sender, host, ref)];
        uint256 funded = channel.funded + amount;
        if (funded > type(uint96).max) revert AmountTooLarge(funded);
        channel.funded = uint96(funded);
        channel.closesAt = 0;
        emit ChannelFunded(msg.sender, host, ref, amount, funded);
    }

    /// Pays the host what a voucher is above what was paid, as far as the channel is funded. Anyone may hand it in. What the channel
    /// lacks stays claimable with the same voucher.
    function redeem(address client, address host, bytes32 ref, uint256 total, bytes32 r, bytes32 vs)
        external
        returns (uint256 gross)
    {
        Channel storage channel = _channels[_id(client, host, ref)];
        uint256 paid = channel.paid;
        uint256 funded = channel.funded;
        uint256 payable_ = total < funded ? total : funded;
        if (payable_ <= paid) revert NothingToRedeem(total, paid, funded);
        _checkSigner(keccak256(abi.encode(VOUCHER_TYPEHASH, client, host, ref, total)), client, r, vs);
        gross = payable_ - paid;
        channel.paid = uint96(payable_);
        uint256 fee = _pay(host, gross);
        emit Redeemed(client, host, ref, gross, fee);
    }

    /// Asks for the rest of the caller's channel back; the host has CLOSE_DELAY to redeem what it has.
    function requestClose(address host, bytes32 ref) external {
        Channel storage channel = _channels[_id(msg.sender, host, ref)];
        if (channel.funded == channel.paid) revert NothingToRedeem(0, channel.paid, channel.funded);
        if (channel.closesAt != 0) return;
        uint64 closesAt = uint64(block.timestamp + CLOSE_DELAY);
        channel.closesAt = closesAt;
        emit ChannelClosing(msg.sender, host, ref, closesAt);
    }

    /// Refunds what the channel has left to the client: by the host at any time, by anyone after the delay.
    function closeChannel(address client, address host, bytes32 ref) external returns (uint256 refund) {
        Channel storage channel = _channels[_id(client, host, ref)];
        if (msg.sender != host) {
            if (channel.closesAt == 0) revert ChannelNotClosing();
            if (block.timestamp < channel.closesAt) revert ChannelStillOpen(channel.closesAt);
        }
        refund = channel.funded - channel.paid;
        channel.funded = channel.paid;
        channel.closesAt = 0;
        _credit(client, refund);
        emit ChannelClosed(client, host, ref, refund);
    }

    function channelOf(address client, address host, bytes32 ref) external view returns (Channel memory) {
        return _channels[_id(client, host, ref)];
    }

    /// The digest that a client signs.
    function voucherDigest(address client, address host, bytes32 ref, uint256 total) external view returns (bytes32) {
        return _hashTypedDataV4(keccak256(abi.encode(VOUCHER_TYPEHASH, client, host, ref, total)));
    }

    function _id(address client, address host, bytes32 ref) private pure returns (bytes32) {
        return keccak256(abi.encode(client, host, ref));
    }
}
