// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Refuser} from "../Actors.sol";
import {Vm} from "../Base.sol";
import {MeterBase} from "./MeterBase.sol";
import {Meter} from "../../src/Meter.sol";

contract MeterFundingTest is MeterBase {
    function test_theCommittedCodeHashIsThatOfThisSource() public view {
        isCommitted(address(meter), "Meter");
    }

    function test_openKeepsDepositAndTimeUnderAKeyThatBindsTheSigner() public {
        vm.recordLogs();
        Channel memory c = openedChannel();
        Vm.Log[] memory logs = vm.getRecordedLogs();
        same(logs.length, 1, "events");
        require(logs[0].topics[0] == keccak256("Opened(bytes32)") && logs[0].topics[1] == storageKey(c), "Opened");
        require(vm.load(address(meter), storageKey(c)) == bytes32(DEPOSIT << 64 | START), "one word");
        (uint256 deposit, uint256 openedAt) = meter.slot(channelId(c), c.signer);
        same(deposit, DEPOSIT, "deposit");
        same(openedAt, START, "opened at");
        same(address(meter).balance, DEPOSIT, "balance");
        require(meter.idOf(c.payer, c.payee, c.timeout, c.xid) == channelId(c), "idOf");
        require(meter.keyOf(channelId(c), c.signer) == storageKey(c), "keyOf");
    }

    function test_openIsRefused() public {
        Channel memory c = channelDraft();
        fails(Meter.BadAddress.selector, address(0), c.signer, c.timeout, DEPOSIT);
        fails(Meter.BadAddress.selector, c.payee, address(0), c.timeout, DEPOSIT);
        fails(Meter.BadAddress.selector, address(meter), c.signer, c.timeout, DEPOSIT);
        fails(Meter.BadAmount.selector, c.payee, c.signer, c.timeout, 0);
        fails(Meter.BadAmount.selector, c.payee, c.signer, c.timeout, uint256(type(uint128).max) + 1);
        fails(Meter.BadWindow.selector, c.payee, c.signer, START + 59, DEPOSIT);
        fails(Meter.BadWindow.selector, c.payee, c.signer, START + 365 days + 1, DEPOSIT);
        fails(Meter.BadWindow.selector, c.payee, c.signer, 0, DEPOSIT);
        fails(Meter.BadWindow.selector, c.payee, c.signer, type(uint256).max, DEPOSIT);
        openedChannel();
        fails(Meter.AlreadyOpen.selector, c.payee, c.signer, c.timeout, DEPOSIT);
        same(address(meter).balance, DEPOSIT, "nothing else came in");
    }

    function test_openAtTheEndsOfWhatIsAllowed() public {
        Channel memory c = channelDraft();
        vm.deal(PAYER, type(uint256).max >> 1);
        c.timeout = START + 60;
        openedChannel(c, 1);
        c.timeout = START + 365 days;
        openedChannel(c, type(uint128).max);
        same(depositOf(c), type(uint128).max, "the most");
    }

    /// Each field makes another channel: none of them touches the first one.
    function test_everyFieldBinds() public {
        Channel memory c = openedChannel();
        for (uint256 i = 0; i < 5; i++) {
            Channel memory other = channelDraft();
            if (i == 0) other.payer = STRANGER;
            if (i == 1) other.payee = STRANGER;
            if (i == 2) other.signer = STRANGER;
            if (i == 3) other.timeout += 1;
            if (i == 4) other.xid = keccak256("other");
            same(depositOf(other), 0, "not open");
            openedChannel(other, 1 + i);
            same(depositOf(other), 1 + i, "its own deposit");
            same(depositOf(c), DEPOSIT, "the first one's deposit");
        }
    }

    function test_topUpAddsToTheDepositWhoeverSends() public {
        Channel memory c = openedChannel();
        vm.warp(START + 100);
        vm.prank(STRANGER);
        meter.topUp{value: 5}(channelId(c), c.signer);
        (uint256 deposit, uint256 openedAt) = meter.slot(channelId(c), c.signer);
        same(deposit, DEPOSIT + 5, "deposit");
        same(openedAt, START, "opened at");
    }

    function test_topUpIsRefused() public {
        Channel memory c = channelDraft();
        bytes32 id = channelId(c);
        vm.deal(PAYER, type(uint256).max >> 1);
        vm.expectRevert(Meter.NotOpen.selector);
        meter.topUp{value: 1}(id, c.signer);
        openedChannel();
        vm.expectRevert(Meter.BadAmount.selector);
        meter.topUp(id, c.signer);
        vm.prank(PAYER);
        vm.expectRevert(Meter.BadAmount.selector);
        meter.topUp{value: uint256(type(uint128).max) + 1}(id, c.signer);
        vm.expectRevert(Meter.NotOpen.selector);
        meter.topUp{value: 1}(id, STRANGER);
        close(c, update(c, TOTAL));
        vm.expectRevert(Meter.NotOpen.selector);
        meter.topUp{value: 1}(id, c.signer);
    }

    /// F1: a credit lies under the hash of two words, a channel under that of three.
    function test_F1_aCreditCannotBeToppedUp() public {
        Refuser refuser = new Refuser();
        Channel memory c = channelDraft();
        c.payer = address(refuser);
        vm.deal(address(refuser), 2 * DEPOSIT);
        openedChannel(c, DEPOSIT);
        release(c);
        same(meter.credit(address(refuser)), DEPOSIT, "refused");
        bytes32 owner = bytes32(uint256(uint160(address(refuser))));
        require(vm.load(address(meter), keccak256(abi.encode(owner, uint256(0)))) == bytes32(DEPOSIT), "a map's place");
        for (uint160 signer = 0; signer < 3; signer++) {
            vm.expectRevert(Meter.NotOpen.selector);
            meter.topUp{value: 1}(owner, address(signer));
        }
        same(meter.credit(address(refuser)), DEPOSIT, "the credit is what it was");
    }

    function fails(bytes4 why, address payee, address signer, uint256 timeout, uint256 value) private {
        vm.deal(PAYER, type(uint256).max >> 1);
        vm.expectRevert(why);
        vm.prank(PAYER);
        meter.open{value: value}(payee, signer, timeout, keccak256("terms"));
    }
}
