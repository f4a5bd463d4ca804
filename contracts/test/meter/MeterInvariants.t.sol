// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Base} from "../Base.sol";
import {MeterBase} from "./MeterBase.sol";
import {MeterHandler} from "./MeterHandler.sol";

/// After every sequence of actions of every actor. What a single call may do, A-I11 above all, is checked inside the
/// handler's actions, for each call.
contract MeterInvariantTest is MeterBase {
    MeterHandler private handler;

    function setUp() public override {
        handler = new MeterHandler();
        meter = handler.target();
    }

    function targetContracts() public view returns (address[] memory targets) {
        targets = new address[](1);
        targets[0] = address(handler);
    }

    function targetSelectors() public view returns (Base.FuzzSelector[] memory targets) {
        bytes4[] memory actions = new bytes4[](11);
        actions[0] = MeterHandler.open.selector;
        actions[1] = MeterHandler.topUp.selector;
        actions[2] = MeterHandler.sign.selector;
        actions[3] = MeterHandler.close.selector;
        actions[4] = MeterHandler.closeFor.selector;
        actions[5] = MeterHandler.refund.selector;
        actions[6] = MeterHandler.release.selector;
        actions[7] = MeterHandler.withdrawFor.selector;
        actions[8] = MeterHandler.pass.selector;
        actions[9] = MeterHandler.acceptOrRefuse.selector;
        actions[10] = MeterHandler.topUpCredit.selector;
        targets = new Base.FuzzSelector[](1);
        targets[0] = Base.FuzzSelector(address(handler), actions);
    }

    /// A-I5: what is open and what is owed is what the contract has; nobody has more or less than the model says.
    function invariant_A_I5_valueIsConserved() public view {
        uint256 credits;
        for (uint256 i = 0; i < handler.ACTORS(); i++) {
            address actor = handler.actor(i);
            credits += meter.credit(actor);
            same(actor.balance + meter.credit(actor), handler.expected(actor), "an actor's money");
        }
        same(address(meter).balance, handler.openSum() + credits, "the contract's money");
    }

    /// F1: only a refused payment or a withdrawal changes a credit.
    function invariant_F1_creditsAreWhatWasRefused() public view {
        for (uint256 i = 0; i < handler.ACTORS(); i++) {
            address actor = handler.actor(i);
            same(meter.credit(actor), handler.refused(actor), "credit");
        }
    }

    function invariant_theContractKnowsExactlyTheOpenChannels() public view {
        for (uint256 i = 0; i < handler.length(); i++) {
            (Channel memory c, uint256 deposit) = handler.entry(i);
            same(depositOf(c), deposit, "deposit");
        }
    }

    /// A-I4: the deposit comes back. At the end of each run every open channel ends by a stranger's refund, every credit
    /// can be withdrawn by its owner, and nothing stays.
    function afterInvariant() public {
        vm.warp(block.timestamp + 366 days);
        for (uint256 i = 0; i < handler.length(); i++) {
            (Channel memory c, uint256 deposit) = handler.entry(i);
            if (deposit != 0) refund(c);
        }
        for (uint256 i = 0; i < handler.ACTORS(); i++) {
            if (meter.credit(handler.actor(i)) == 0) continue;
            vm.prank(handler.actor(i));
            meter.withdraw(address(uint160(0xE11)));
        }
        same(address(meter).balance, 0, "left over");
    }
}
