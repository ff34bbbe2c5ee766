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

    bytes32 public constant VOUCHER_TYPEHASH = keccak256("Voucher(address host,bytes32 ref,uint256 total)");

    /// How long a host can still redeem after its client has asked for the rest back.
    uint256 public constant CLOSE_DELAY = 1 days;

    /// A Channel in one word, `funded` lowest: members that only grow are added to in place.
    mapping(bytes32 id => uint256) private _channels;

    event ChannelFunded(
        bytes32 indexed channel, address indexed client, address indexed host, bytes32 ref, uint256 amount, uint256 funded
    );
    event Redeemed(bytes32 indexed channel, uint256 gross, uint256 fee);
    event ChannelClosing(bytes32 indexed channel, uint256 closesAt);
    event ChannelClosed(bytes32 indexed channel, uint256 refund);

    error NoChannel(address client, address host);
    error NothingToRedeem(uint256 total, uint256 paid, uint256 funded);
    error ChannelNotClosing();
    error ChannelStillOpen(uint256 closesAt);

    /// Moves an amount of the caller's balance into its channel to a host; a closing that it has asked for is called off.
    function fund(address host, bytes32 ref, uint256 amount) external {
        if (host == address(0)) revert InvalidAccount(host);
        _debit(msg.sender, amount);
        bytes32 id = channelId(msg.sender, host, ref);
        Channel memory channel = _channel(id);
        // All coins there are fit 90 bits.
        uint256 funded = channel.funded + amount;
        _channels[id] = funded | uint256(channel.paid) << 96;
        emit ChannelFunded(id, msg.sender, host, ref, amount, funded);
    }

    /// Pays the host what a voucher is above what was paid, as far as the signer's channel is funded. Anyone may hand it in. What the
    /// channel lacks stays claimable with the same voucher.
    function redeem(address host, bytes32 ref, uint256 total, bytes32 r, bytes32 vs) external returns (uint256 gross) {
        address client = _signer(voucherDigest(host, ref, total), r, vs);
        bytes32 id = channelId(client, host, ref);
        uint256 channel = _channels[id];
        uint256 funded = uint96(channel);
        uint256 paid = uint96(channel >> 96);
        uint256 most = total < funded ? total : funded;
        if (most <= paid) {
            if (funded == 0) revert NoChannel(client, host);
            revert NothingToRedeem(total, paid, funded);
        }
        unchecked {
            gross = most - paid;
            _channels[id] = channel + (gross << 96);
        }
        emit Redeemed(id, gross, _pay(host, gross));
    }

    /// Asks for the rest of the caller's channel back; the host has CLOSE_DELAY to redeem what it has.
    function requestClose(address host, bytes32 ref) external {
        bytes32 id = channelId(msg.sender, host, ref);
        Channel memory channel = _channel(id);
        if (channel.funded == channel.paid) revert NoChannel(msg.sender, host);
        if (channel.closesAt != 0) return;
        uint256 closesAt = block.timestamp + CLOSE_DELAY;
        _channels[id] |= closesAt << 192;
        emit ChannelClosing(id, closesAt);
    }

    /// Refunds what the channel has left to the client: by the host at any time, by anyone after the delay.
    function closeChannel(address client, address host, bytes32 ref) external returns (uint256 refund) {
        bytes32 id = channelId(client, host, ref);
        Channel memory channel = _channel(id);
        if (msg.sender != host) {
            if (channel.closesAt == 0) revert ChannelNotClosing();
            if (block.timestamp < channel.closesAt) revert ChannelStillOpen(channel.closesAt);
        }
        refund = channel.funded - channel.paid;
        _channels[id] = channel.paid | uint256(channel.paid) << 96;
        _credit(client, refund);
        emit ChannelClosed(id, refund);
    }

    function channelOf(bytes32 id) external view returns (Channel memory) {
        return _channel(id);
    }

    /// keccak256(abi.encode(client, host, ref)), without an allocation.
    function channelId(address client, address host, bytes32 ref) public pure returns (bytes32 id) {
        assembly ("memory-safe") {
            let memory_ := mload(0x40)
            mstore(memory_, client)
            mstore(add(memory_, 0x20), host)
            mstore(add(memory_, 0x40), ref)
            id := keccak256(memory_, 0x60)
        }
    }

    /// The digest that a client signs: that of keccak256(abi.encode(VOUCHER_TYPEHASH, host, ref, total)), without an allocation.
    function voucherDigest(address host, bytes32 ref, uint256 total) public view returns (bytes32) {
        bytes32 typehash = VOUCHER_TYPEHASH;
        bytes32 structHash;
        assembly ("memory-safe") {
            let memory_ := mload(0x40)
            mstore(memory_, typehash)
            mstore(add(memory_, 0x20), host)
            mstore(add(memory_, 0x40), ref)
            mstore(add(memory_, 0x60), total)
            structHash := keccak256(memory_, 0x80)
        }
        return _hashTypedDataV4(structHash);
    }

    function _channel(bytes32 id) private view returns (Channel memory) {
        uint256 word = _channels[id];
        return Channel(uint96(word), uint96(word >> 96), uint64(word >> 192));
    }
}
