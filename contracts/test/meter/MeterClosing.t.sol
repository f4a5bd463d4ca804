// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Reenterer} from "../Actors.sol";
import {Vm} from "../Base.sol";
import {MeterBase} from "./MeterBase.sol";
import {Meter} from "../../src/Meter.sol";

contract MeterClosingTest is MeterBase {
    function test_closePaysTheTotalAndGivesTheRestBack() public {
        Channel memory c = openedChannel();
        uint256 before = PAYER.balance;
        vm.recordLogs();
        close(c, update(c, TOTAL));
        Vm.Log[] memory logs = vm.getRecordedLogs();
        same(logs.length, 1, "events");
        require(logs[0].topics[0] == keccak256("Closed(bytes32,bytes32)"), "Closed");
        require(logs[0].topics[1] == storageKey(c), "its key");
        require(keccak256(logs[0].data) == keccak256(abi.encode(SECRET)), "the secret is public");
        same(c.payee.balance, TOTAL, "the payee");
        same(PAYER.balance, before + DEPOSIT - TOTAL, "the payer");
        same(address(meter).balance, 0, "nothing stays");
        same(uint256(vm.load(address(meter), storageKey(c))), 0, "the word is gone");
    }

    function testFuzz_A_I5_anyTotalUpToTheDeposit(uint256 total, uint256 deposit, bytes32 secret, uint256 by) public {
        uint256 key = keyFrom(by);
        Channel memory c = channelDraft();
        c.signer = vm.addr(key);
        deposit = bounded(deposit, 1, 100 ether);
        openedChannel(c, deposit);
        uint256 before = PAYER.balance;
        total = bounded(total, 0, deposit);
        close(c, update(c, total, secret, key));
        same(c.payee.balance, total, "the payee");
        same(PAYER.balance, before + deposit - total, "the payer");
    }

    function test_aTotalAboveTheDepositIsRefusedAndATopUpMakesItGood() public {
        Channel memory c = openedChannel();
        Update memory u = update(c, DEPOSIT + 1);
        closeFails(c.payee, c, u, Meter.TooMuch.selector);
        closeFails(c.payee, c, update(c, type(uint256).max), Meter.TooMuch.selector);
        meter.topUp{value: 1}(channelId(c), c.signer);
        close(c, u);
        same(c.payee.balance, DEPOSIT + 1, "the payee");
    }

    /// Who is paid nothing is not called at all: neither a payee that closes with nothing, nor the payer of a deposit
    /// that is used up.
    function test_nobodyIsPaidNothing() public {
        Reenterer watcher = new Reenterer(address(meter));
        Channel memory c = channelDraft();
        c.payee = address(watcher);
        uint256 before = PAYER.balance;
        openedChannel(c, DEPOSIT);
        close(c, update(c, 0));
        same(watcher.calls(), 0, "the payee");
        same(PAYER.balance, before, "the payer has all of it");
        (c.payee, c.payer) = (c.signer, address(watcher));
        vm.deal(address(watcher), DEPOSIT);
        openedChannel(c, DEPOSIT);
        close(c, update(c, DEPOSIT));
        same(watcher.calls(), 0, "the payer");
        same(c.payee.balance, DEPOSIT, "the payee has all of it");
    }

    /// A10: the payer itself, who has the update and the key of an old round, cannot close.
    function test_A10_A_I11_onlyThePayeeCloses() public {
        Channel memory c = openedChannel();
        Update memory u = update(c, 1);
        address[3] memory others = [c.payer, STRANGER, c.signer];
        for (uint256 i = 0; i < others.length; i++) {
            closeFails(others[i], c, u, Meter.NotOpen.selector);
            vm.expectRevert(Meter.NotOpen.selector);
            vm.prank(others[i]);
            meter.release(c.payer, c.signer, c.timeout, c.xid);
            vm.expectRevert(Meter.TooEarly.selector);
            vm.prank(others[i]);
            meter.refund(c.payer, c.payee, c.signer, c.timeout, c.xid);
        }
        same(depositOf(c), DEPOSIT, "untouched");
    }

    function test_closeBeforeTheTimeoutOnly() public {
        Channel memory c = openedChannel();
        Update memory u = update(c, TOTAL);
        vm.warp(c.timeout);
        closeFails(c.payee, c, u, Meter.TooLate.selector);
        vm.warp(c.timeout - 1);
        close(c, u);
    }

    function test_onceOnly() public {
        Channel memory c = openedChannel();
        Update memory u = update(c, TOTAL);
        close(c, u);
        closeFails(c.payee, c, u, Meter.NotOpen.selector);
        vm.warp(c.timeout);
        vm.expectRevert(Meter.NotOpen.selector);
        meter.refund(c.payer, c.payee, c.signer, c.timeout, c.xid);
        vm.expectRevert(Meter.NotOpen.selector);
        vm.prank(c.payee);
        meter.release(c.payer, c.signer, c.timeout, c.xid);
    }

    /// A-I7: an update counts for one channel in one contract on one chain, signed by that channel's key.
    function test_A_I7_noReplay() public {
        Channel memory c = openedChannel();
        Channel memory other = channelDraft();
        other.xid = keccak256("other");
        openedChannel(other, DEPOSIT);
        Update memory u = update(other, TOTAL);
        closeFails(c.payee, c, u, Meter.NotOpen.selector);
        closeFails(c.payee, c, update(c, TOTAL, SECRET, 0xBAD), Meter.NotOpen.selector);
        u = update(c, TOTAL);
        u.total += 1;
        closeFails(c.payee, c, u, Meter.NotOpen.selector);
        u = update(c, TOTAL);
        u.secret = keccak256("another key");
        closeFails(c.payee, c, u, Meter.NotOpen.selector);
        u = update(c, TOTAL);
        u.vs = bytes32(uint256(u.vs) ^ 1 << 255);
        closeFails(c.payee, c, u, Meter.NotOpen.selector);
        u = update(c, TOTAL);
        u.r = 0;
        closeFails(c.payee, c, u, Meter.NotOpen.selector);
        bytes32 record = updateHash(channelId(c), TOTAL, SECRET);
        (u.r, u.vs) = signed(SIGNER_KEY, digest(record, block.chainid + 1, address(meter)));
        closeFails(c.payee, c, u, Meter.NotOpen.selector);
        (u.r, u.vs) = signed(SIGNER_KEY, digest(record, block.chainid, address(escrow)));
        closeFails(c.payee, c, u, Meter.NotOpen.selector);
        (u.r, u.vs) = signed(SIGNER_KEY, digest(closeHash(channelId(c), TOTAL, SECRET, 0)));
        closeFails(c.payee, c, u, Meter.NotOpen.selector);
        same(depositOf(c), DEPOSIT, "untouched");
    }

    function test_anotherChainIsAnotherChannel() public {
        Channel memory c = openedChannel();
        Update memory u = update(c, TOTAL);
        vm.chainId(block.chainid + 1);
        closeFails(c.payee, c, u, Meter.NotOpen.selector);
        closeFails(c.payee, c, update(c, TOTAL), Meter.NotOpen.selector);
    }

    /// The other form of a signature, (r, n - s), has no room in 255 bits but for a few, and those are refused.
    function test_aSignatureHasOneForm() public {
        Channel memory c = openedChannel();
        Update memory u = update(c, TOTAL);
        bytes32 vs = u.vs;
        u.vs = otherForm(vs);
        closeFails(c.payee, c, u, Meter.NotOpen.selector);
        u.vs = bytes32(N / 2 + 1);
        closeFails(c.payee, c, u, Meter.HighS.selector);
        u.vs = bytes32(N / 2);
        closeFails(c.payee, c, u, Meter.NotOpen.selector);
        u.vs = vs;
        close(c, u);
    }

    function otherForm(bytes32 vs) private pure returns (bytes32) {
        return bytes32(N - (uint256(vs) & type(uint256).max >> 1) | (1 - (uint256(vs) >> 255)) << 255);
    }

    /// The other reason why only the payee may close: an old channel that is opened again takes its old updates.
    function test_F11_aChannelThatIsOpenedAgainTakesItsOldUpdates() public {
        Channel memory c = openedChannel();
        Update memory u = update(c, TOTAL);
        close(c, u);
        openedChannel(c, DEPOSIT);
        close(c, u);
        same(c.payee.balance, 2 * TOTAL, "paid again: a payer uses an xid once");
    }

    // -------------------------------------------------------------------------------------------- closeFor (F8)

    function test_F8_aTowerClosesWithThePayeesUpdateOnly() public {
        Channel memory c = openedChannel();
        Update memory u = update(c, TOTAL);
        uint256 notBefore = START + 1_000;
        (bytes32 r, bytes32 vs) = signed(PAYEE_KEY, digest(closeHash(channelId(c), TOTAL, SECRET, notBefore)));
        closeForFails(c, u, notBefore, r, vs, Meter.TooEarly.selector);
        vm.warp(notBefore);
        Update memory older = update(c, TOTAL - 1);
        closeForFails(c, older, notBefore, r, vs, Meter.NotPayee.selector);
        older = update(c, TOTAL, keccak256("older"), SIGNER_KEY);
        closeForFails(c, older, notBefore, r, vs, Meter.NotPayee.selector);
        closeForFails(c, u, notBefore - 1, r, vs, Meter.NotPayee.selector);
        uint256 snapshot = vm.snapshotState();
        closeFor(c, u, notBefore, r, vs);
        same(c.payee.balance, TOTAL, "the payee, not the tower");
        vm.revertToState(snapshot);
        vm.warp(c.timeout);
        closeForFails(c, u, notBefore, r, vs, Meter.TooLate.selector);
    }

    function test_F8_nobodyElseSignsThePayeesClose() public {
        Channel memory c = openedChannel();
        Update memory u = update(c, TOTAL);
        bytes32 record = closeHash(channelId(c), TOTAL, SECRET, START);
        (bytes32 r, bytes32 vs) = signed(SIGNER_KEY, digest(record));
        closeForFails(c, u, START, r, vs, Meter.NotPayee.selector);
        (r, vs) = signed(PAYEE_KEY, digest(record, block.chainid + 1, address(meter)));
        closeForFails(c, u, START, r, vs, Meter.NotPayee.selector);
        (r, vs) = signed(PAYEE_KEY, digest(updateHash(channelId(c), TOTAL, SECRET)));
        closeForFails(c, u, START, r, vs, Meter.NotPayee.selector);
        closeForFails(c, u, START, 0, vs, Meter.NotPayee.selector);
        (r, vs) = signed(PAYEE_KEY, digest(record));
        closeForFails(c, u, START, r, otherForm(vs), Meter.NotPayee.selector);
        closeForFails(c, u, START, r, bytes32(N / 2 + 1), Meter.HighS.selector);
        closeFor(c, u, START, r, vs);
    }

    /// A channel's name does not hold its signer: one name may hold a deposit for each signer, and the payee's `Close`,
    /// which is for the name, lets anybody close all of them with an update of that total and lock.
    function test_F8_oneCloseIsForTheDepositsOfAllSigners() public {
        Channel memory c = openedChannel();
        Channel memory twin = channelDraft();
        twin.signer = vm.addr(0x2);
        openedChannel(twin, DEPOSIT);
        same(uint256(channelId(twin)), uint256(channelId(c)), "one name");
        (bytes32 r, bytes32 vs) = signed(PAYEE_KEY, digest(closeHash(channelId(c), TOTAL, SECRET, START)));
        closeFor(c, update(c, TOTAL), START, r, vs);
        same(depositOf(twin), DEPOSIT, "another deposit");
        closeFor(twin, update(twin, TOTAL, SECRET, 0x2), START, r, vs);
        same(c.payee.balance, 2 * TOTAL, "the payee");
    }

    /// After a reopening any stranger can close with the payee's old `Close`: a key is opened once.
    function test_F11_anOldCloseCountsAfterAReopening() public {
        Channel memory c = openedChannel();
        Update memory u = update(c, TOTAL);
        (bytes32 r, bytes32 vs) = signed(PAYEE_KEY, digest(closeHash(channelId(c), TOTAL, SECRET, START)));
        closeFor(c, u, START, r, vs);
        openedChannel(c, DEPOSIT);
        closeFor(c, u, START, r, vs);
        same(depositOf(c), 0, "closed by a stranger");
    }

    /// A payee of zero, and a signature of nobody, which recovers to zero: no such channel can be opened.
    function test_F1_aSignatureOfNobodyClosesNothing() public {
        Channel memory c = openedChannel();
        c.payee = address(0);
        Update memory u = update(c, TOTAL);
        closeForFails(c, u, START, 0, 0, Meter.NotOpen.selector);
    }

    /// A payee with code signs nothing, and closes itself.
    function test_F8_theUpdateIsCheckedInCloseForToo() public {
        Channel memory c = openedChannel();
        (bytes32 r, bytes32 vs) = signed(PAYEE_KEY, digest(closeHash(channelId(c), DEPOSIT, SECRET, START)));
        closeForFails(c, update(c, DEPOSIT, SECRET, PAYEE_KEY), START, r, vs, Meter.NotOpen.selector);
        (r, vs) = signed(PAYEE_KEY, digest(closeHash(channelId(c), DEPOSIT + 1, SECRET, START)));
        closeForFails(c, update(c, DEPOSIT + 1), START, r, vs, Meter.TooMuch.selector);
    }

    function closeFor(Channel memory c, Update memory u, uint256 notBefore, bytes32 r, bytes32 vs) private {
        vm.prank(STRANGER);
        meter.closeFor(c.payee, c.payer, c.timeout, c.xid, u.total, u.secret, u.r, u.vs, notBefore, r, vs);
    }

    function closeForFails(Channel memory c, Update memory u, uint256 notBefore, bytes32 r, bytes32 vs, bytes4 why)
        private
    {
        vm.expectRevert(why);
        closeFor(c, u, notBefore, r, vs);
    }
}
