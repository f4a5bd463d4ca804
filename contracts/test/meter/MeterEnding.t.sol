// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Bomber, Burner, Reenterer, Refuser, Wallet} from "../Actors.sol";
import {Vm} from "../Base.sol";
import {MeterBase} from "./MeterBase.sol";
import {Meter} from "../../src/Meter.sol";

contract MeterEndingTest is MeterBase {
    function test_refundFromTheTimeoutOnWhoeverCalls() public {
        Channel memory c = openedChannel();
        uint256 before = PAYER.balance;
        vm.warp(c.timeout - 1);
        vm.expectRevert(Meter.TooEarly.selector);
        meter.refund(c.payer, c.payee, c.signer, c.timeout, c.xid);
        vm.warp(c.timeout);
        vm.recordLogs();
        refund(c);
        ended(c, "Refunded(bytes32)");
        same(PAYER.balance, before + DEPOSIT, "the payer");
        vm.expectRevert(Meter.NotOpen.selector);
        meter.refund(c.payer, c.payee, c.signer, c.timeout, c.xid);
    }

    function test_thePayeeReleasesAtAnyTime() public {
        Channel memory c = openedChannel();
        uint256 before = PAYER.balance;
        vm.recordLogs();
        release(c);
        ended(c, "Released(bytes32)");
        same(PAYER.balance, before + DEPOSIT, "the payer");
        c = openedChannel();
        vm.warp(c.timeout + 1);
        release(c);
    }

    function ended(Channel memory c, string memory how) private {
        Vm.Log[] memory logs = vm.getRecordedLogs();
        same(logs.length, 1, "events");
        require(logs[0].topics[0] == keccak256(bytes(how)) && logs[0].topics[1] == storageKey(c), how);
        same(uint256(vm.load(address(meter), storageKey(c))), 0, "the word is gone");
    }

    // ---------------------------------------------------------------------------------------------- recipients

    /// A10, D11: neither side can keep the other from its money by refusing its own.
    function test_D11_aRefusalBecomesACreditAndHurtsNobodyElse() public {
        Refuser refuser = new Refuser();
        for (uint256 side = 0; side < 2; side++) {
            Channel memory c = channelDraft();
            if (side == 0) c.payer = address(refuser);
            if (side == 1) c.payee = address(refuser);
            vm.deal(c.payer, DEPOSIT);
            openedChannel(c, DEPOSIT);
            uint256 mine = side == 0 ? DEPOSIT - TOTAL : TOTAL;
            vm.recordLogs();
            close(c, update(c, TOTAL));
            Vm.Log[] memory logs = vm.getRecordedLogs();
            require(logs[1].topics[0] == keccak256("Credited(address,uint256)"), "Credited");
            require(logs[1].topics[1] == bytes32(uint256(uint160(address(refuser)))), "whose");
            same(uint256(bytes32(logs[1].data)), mine, "how much");
            same(side == 0 ? c.payee.balance : c.payer.balance, DEPOSIT - mine, "the other side");
            same(meter.credit(address(refuser)), mine, "credit");
            vm.expectRevert(Meter.Refused.selector);
            meter.withdrawFor(address(refuser));
            vm.expectRevert(Meter.BadAddress.selector);
            vm.prank(address(refuser));
            meter.withdraw(address(0));
            vm.recordLogs();
            vm.prank(address(refuser));
            meter.withdraw(address(uint160(0xE11 + side)));
            logs = vm.getRecordedLogs();
            require(logs[0].topics[0] == keccak256("Withdrawn(address,address,uint256)"), "Withdrawn");
            require(logs[0].topics[2] == bytes32(0xE11 + side), "to");
            same(address(uint160(0xE11 + side)).balance, mine, "out");
            vm.expectRevert(Meter.NoCredit.selector);
            meter.withdrawFor(address(refuser));
        }
        same(address(meter).balance, 0, "nothing stays");
    }

    function test_D11_twoRefusalsOfOneOwnerAddUp() public {
        Refuser refuser = new Refuser();
        Channel memory c = channelDraft();
        c.payer = c.payee = address(refuser);
        vm.deal(c.payer, 2 * DEPOSIT);
        openedChannel(c, DEPOSIT);
        close(c, update(c, TOTAL));
        same(meter.credit(address(refuser)), DEPOSIT, "both parts");
        c.xid = keccak256("other");
        openedChannel(c, DEPOSIT);
        vm.warp(c.timeout);
        refund(c);
        same(meter.credit(address(refuser)), 2 * DEPOSIT, "and the deposit of another");
        refuser.accept(true);
        meter.withdrawFor(address(refuser));
        same(address(refuser).balance, 2 * DEPOSIT, "out");
    }

    function test_aRecipientThatCallsBackTakesNothing() public {
        Reenterer thief = new Reenterer(address(meter));
        Channel memory other = openedChannel();
        Channel memory c = channelDraft();
        c.payee = address(thief);
        Update memory u = update(c, TOTAL);
        bytes[4] memory attacks;
        attacks[0] = closeCall(c, u);
        attacks[1] = abi.encodeCall(Meter.release, (c.payer, c.signer, c.timeout, c.xid));
        attacks[2] = abi.encodeCall(Meter.withdrawFor, (address(thief)));
        attacks[3] = abi.encodeCall(Meter.refund, (c.payer, c.payee, c.signer, c.timeout, c.xid));
        for (uint256 i = 0; i < attacks.length; i++) {
            openedChannel(c, DEPOSIT);
            thief.prepare(attacks[i]);
            close(c, u);
            require(!thief.succeeded(), "called back");
        }
        require(thief.calls() > 0, "it never called back");
        uint256 got = address(thief).balance + meter.credit(address(thief));
        same(got, attacks.length * TOTAL, "what it earned");
        same(depositOf(other), DEPOSIT, "the other channel");
    }

    // ------------------------------------------------------------------------------------------------------ gas

    /// At every amount of gas: the call fails and changes nothing, or it does what plenty of gas does (G12).
    function test_G12_noAmountOfGasTurnsAPaymentIntoACredit() public {
        address[6] memory kinds = recipients();
        for (uint256 i = 0; i < kinds.length; i++) {
            for (uint256 side = 0; side < 3; side++) {
                Channel memory c = channelDraft();
                if (side != 1) c.payer = kinds[i];
                if (side != 0) c.payee = kinds[i];
                vm.deal(c.payer, DEPOSIT);
                openedChannel(c, DEPOSIT);
                everyAmountOfGas(c, closeCall(c, update(c, TOTAL)), 200_000);
            }
        }
    }

    /// One payment alone needs half of it: a deposit that is used up, not used at all, or given back.
    function test_G12_oneAloneNeedsHalf() public {
        address[6] memory kinds = recipients();
        for (uint256 i = 0; i < kinds.length; i++) {
            Channel memory c = channelDraft();
            c.payee = kinds[i];
            openedChannel(c, DEPOSIT);
            everyAmountOfGas(c, closeCall(c, update(c, DEPOSIT)), 130_000);
            everyAmountOfGas(c, closeCall(c, update(c, 0)), 130_000);
            everyAmountOfGas(
                c, abi.encodeCall(Meter.release, (c.payer, c.signer, c.timeout, c.xid)), 130_000
            );
        }
    }

    function everyAmountOfGas(Channel memory c, bytes memory data, uint256 enough) private {
        uint256 snapshot = vm.snapshotState();
        require(runs(c, data, 5_000_000), "never");
        uint256[4] memory wanted = holdings(c);
        vm.revertToState(snapshot);
        uint256[4] memory before = holdings(c);
        uint256 worked;
        for (uint256 gas_ = 20_000; gas_ < enough + 30_000; gas_ += 1_111) {
            snapshot = vm.snapshotState();
            bool ok = runs(c, data, gas_);
            uint256[4] memory after_ = holdings(c);
            for (uint256 i = 0; i < 4; i++) {
                same(after_[i], ok ? wanted[i] : before[i], "the same, or nothing");
            }
            require(ok || worked == 0, "more gas, and it fails again");
            require(ok || gas_ < enough, "enough gas, and it fails");
            if (ok) worked++;
            vm.revertToState(snapshot);
        }
        require(worked > 20, "hardly ever worked");
    }

    function runs(Channel memory c, bytes memory data, uint256 gas_) private returns (bool ok) {
        vm.cool(address(meter));
        vm.cool(c.payer);
        vm.cool(c.payee);
        vm.prank(c.payee);
        (ok,) = address(meter).call{gas: gas_}(data);
    }

    function holdings(Channel memory c) private view returns (uint256[4] memory) {
        return [c.payer.balance, c.payee.balance, meter.credit(c.payer), meter.credit(c.payee)];
    }

    function test_aPushGivesExactlyItsGas() public {
        address payee = address(uint160(0x3E7E4));
        vm.etch(payee, hex"5a5f5500"); // notes the gas it starts with
        Channel memory c = channelDraft();
        c.payee = payee;
        openedChannel(c, DEPOSIT);
        close(c, update(c, TOTAL));
        same(uint256(vm.load(payee, 0)), 30_000 + 2_300 - 2, "a push, its stipend, less GAS itself");
    }

    /// At every amount of gas at which a payment is made, its recipient had all the gas of a push: with less, one that
    /// accepts might be taken for one that refuses.
    function test_G12_whoIsPaidSawTheWholePush() public {
        address meterOfGas = address(uint160(0x3E7E4));
        vm.etch(meterOfGas, hex"5a5f5500"); // notes the gas it starts with
        Channel memory c = channelDraft();
        c.payee = meterOfGas;
        openedChannel(c, DEPOSIT);
        everyPushIsWhole(meterOfGas, c, closeCall(c, update(c, TOTAL)));
        everyPushIsWhole(meterOfGas, c, closeCall(c, update(c, DEPOSIT)));
        (c.payer, c.payee) = (meterOfGas, STRANGER);
        vm.deal(meterOfGas, DEPOSIT);
        openedChannel(c, DEPOSIT);
        everyPushIsWhole(meterOfGas, c, closeCall(c, update(c, TOTAL)));
        everyPushIsWhole(meterOfGas, c, closeCall(c, update(c, 0)));
        everyPushIsWhole(
            meterOfGas, c, abi.encodeCall(Meter.release, (c.payer, c.signer, c.timeout, c.xid))
        );
    }

    function everyPushIsWhole(address paid, Channel memory c, bytes memory data) private {
        uint256 worked;
        for (uint256 gas_ = 20_000; gas_ < 200_000; gas_ += 797) {
            uint256 snapshot = vm.snapshotState();
            if (runs(c, data, gas_)) {
                worked++;
                same(uint256(vm.load(paid, 0)), 30_000 + 2_300 - 2, "a push, its stipend, less GAS itself");
            }
            vm.revertToState(snapshot);
        }
        require(worked > 20, "hardly ever worked");
    }

    /// A recipient that needs more than a push gives gets its credit with all the gas that its owner brings.
    function test_D11_aHungryRecipientTakesItsCredit() public {
        address hungry = address(uint160(0x4093));
        vm.etch(hungry, hex"60015f55600160015500"); // writes two new storage slots: 44,200
        Channel memory c = channelDraft();
        c.payee = hungry;
        openedChannel(c, DEPOSIT);
        close(c, update(c, TOTAL));
        same(meter.credit(hungry), TOTAL, "a push was not enough");
        meter.withdrawFor(hungry);
        same(hungry.balance, TOTAL, "all the gas was");
        same(meter.credit(hungry), 0, "no credit is left");
    }

    function recipients() private returns (address[6] memory) {
        return [
            address(uint160(0xF4E54)), // never seen before
            address(new Wallet()),
            address(new Refuser()),
            address(new Burner()),
            address(new Bomber()),
            address(0x08) // a precompile that costs more than a push, and a new account too
        ];
    }
}
