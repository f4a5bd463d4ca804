// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Base} from "../Base.sol";
import {Meter} from "../../src/Meter.sol";

/// Channels, updates and signatures that every test of the meter needs. What is signed is put together here by the words
/// of EIP-712, apart from the contract.
abstract contract MeterBase is Base {
    struct Channel {
        address payer;
        address payee;
        address signer;
        uint256 timeout;
        bytes32 xid;
    }

    /// What the payee closes with.
    struct Update {
        uint256 total;
        bytes32 secret;
        bytes32 r;
        bytes32 vs;
    }

    uint256 internal constant DEPOSIT = 1 ether;
    uint256 internal constant TOTAL = 0.3 ether;
    bytes32 internal constant SECRET = keccak256("k");
    uint256 internal constant SIGNER_KEY = 0x5161;
    uint256 internal constant PAYEE_KEY = 0x9A7EE;

    Meter internal meter;

    function setUp() public virtual override {
        super.setUp();
        meter = deployMeter();
        vm.deal(STRANGER, 1_000 ether);
    }

    function deployMeter() internal returns (Meter) {
        return Meter(created("METER", type(Meter).creationCode));
    }

    // --------------------------------------------------------------------------------------------- channels

    function channelDraft() internal view returns (Channel memory) {
        return Channel(PAYER, vm.addr(PAYEE_KEY), vm.addr(SIGNER_KEY), block.timestamp + WINDOW, keccak256("terms"));
    }

    function openedChannel() internal returns (Channel memory) {
        return openedChannel(channelDraft(), DEPOSIT);
    }

    function openedChannel(Channel memory c, uint256 deposit) internal returns (Channel memory) {
        vm.prank(c.payer);
        meter.open{value: deposit}(c.payee, c.signer, c.timeout, c.xid);
        return c;
    }

    /// By the rule of the specification, computed apart from the contract.
    function channelId(Channel memory c) internal view returns (bytes32) {
        return channelId(c, block.chainid, address(meter));
    }

    function channelId(Channel memory c, uint256 chain, address place) internal pure returns (bytes32) {
        return keccak256(abi.encode(chain, place, c.payer, c.payee, address(0), c.timeout, c.xid));
    }

    function storageKey(Channel memory c) internal view returns (bytes32) {
        return keccak256(abi.encode(channelId(c), c.signer, uint256(1)));
    }

    function depositOf(Channel memory c) internal view returns (uint256 deposit) {
        (deposit,) = meter.slot(channelId(c), c.signer);
    }

    // ---------------------------------------------------------------------------------------------- updates

    function update(Channel memory c, uint256 total) internal view returns (Update memory) {
        return update(c, total, SECRET, SIGNER_KEY);
    }

    function update(Channel memory c, uint256 total, bytes32 secret, uint256 by) internal view returns (Update memory u) {
        (bytes32 r, bytes32 vs) = signed(by, digest(updateHash(channelId(c), total, secret)));
        return Update(total, secret, r, vs);
    }

    function updateHash(bytes32 channel, uint256 total, bytes32 secret) internal pure returns (bytes32) {
        bytes32 kind = keccak256("Update(bytes32 channel,uint256 total,bytes32 lock)");
        return keccak256(abi.encode(kind, channel, total, sha256(abi.encode(secret))));
    }

    function closeHash(bytes32 channel, uint256 total, bytes32 secret, uint256 notBefore) internal pure returns (bytes32) {
        bytes32 kind = keccak256("Close(bytes32 channel,uint256 total,bytes32 lock,uint256 notBefore)");
        return keccak256(abi.encode(kind, channel, total, sha256(abi.encode(secret)), notBefore));
    }

    function digest(bytes32 record) internal view returns (bytes32) {
        return digest(record, block.chainid, address(meter));
    }

    function digest(bytes32 record, uint256 chain, address place) internal pure returns (bytes32) {
        bytes32 kind = keccak256("EIP712Domain(string name,uint256 chainId,address verifyingContract)");
        bytes32 domain = keccak256(abi.encode(kind, keccak256("Evenhand Meter"), chain, place));
        return keccak256(abi.encodePacked(hex"1901", domain, record));
    }

    /// In the form of EIP-2098.
    function signed(uint256 by, bytes32 what) internal pure returns (bytes32 r, bytes32 vs) {
        uint8 v;
        bytes32 s;
        (v, r, s) = vm.sign(by, what);
        return (r, bytes32(uint256(s) | uint256(v - 27) << 255));
    }

    // ------------------------------------------------------------------------------------------------ calls

    function closeCall(Channel memory c, Update memory u) internal pure returns (bytes memory) {
        return abi.encodeCall(Meter.close, (c.payer, c.timeout, c.xid, u.total, u.secret, u.r, u.vs));
    }

    function close(Channel memory c, Update memory u) internal {
        vm.prank(c.payee);
        meter.close(c.payer, c.timeout, c.xid, u.total, u.secret, u.r, u.vs);
    }

    function closeFails(address caller, Channel memory c, Update memory u, bytes4 why) internal {
        vm.expectRevert(why);
        vm.prank(caller);
        meter.close(c.payer, c.timeout, c.xid, u.total, u.secret, u.r, u.vs);
    }

    function refund(Channel memory c) internal {
        vm.prank(STRANGER);
        meter.refund(c.payer, c.payee, c.signer, c.timeout, c.xid);
    }

    function release(Channel memory c) internal {
        vm.prank(c.payee);
        meter.release(c.payer, c.signer, c.timeout, c.xid);
    }
}
