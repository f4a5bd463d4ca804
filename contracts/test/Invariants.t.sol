// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Base} from "./Base.sol";
import {Handler} from "./Handler.sol";
import {Escrow} from "../src/Escrow.sol";

/// After every sequence of actions of every actor. "Never paid without the secret" (D8, D12) and "never refunded before
/// the deadline" (R5) are checked inside the handler's actions, for each call.
contract InvariantTest is Base {
    Handler private handler;

    function setUp() public override {
        handler = new Handler();
        escrow = handler.target();
    }

    function targetContracts() public view returns (address[] memory targets) {
        targets = new address[](1);
        targets[0] = address(handler);
    }

    function targetSelectors() public view returns (FuzzSelector[] memory targets) {
        bytes4[] memory actions = new bytes4[](13);
        actions[0] = Handler.open.selector;
        actions[1] = Handler.openMany.selector;
        actions[2] = Handler.reopen.selector;
        actions[3] = Handler.claim.selector;
        actions[4] = Handler.claimMany.selector;
        actions[5] = Handler.refund.selector;
        actions[6] = Handler.release.selector;
        actions[7] = Handler.withdrawFor.selector;
        actions[8] = Handler.withdraw.selector;
        actions[9] = Handler.pass.selector;
        actions[10] = Handler.passToDeadline.selector;
        actions[11] = Handler.acceptOrRefuse.selector;
        actions[12] = Handler.force.selector;
        targets = new FuzzSelector[](1);
        targets[0] = FuzzSelector(address(handler), actions);
    }

    /// D-I3: what is open, what is owed and what was forced in is what the contract has; nobody has more or less.
    function invariant_DI3_valueIsConserved() public view {
        address[] memory all = handler.actors();
        uint256 credits;
        for (uint256 i = 0; i < all.length; i++) {
            uint256 credit = escrow.credit(all[i]);
            credits += credit;
            same(all[i].balance + credit, handler.expected(all[i]), "an actor's money");
        }
        same(address(escrow).balance, handler.openSum() + credits + handler.forced(), "the contract's money");
    }

    function invariant_theContractKnowsExactlyTheOpenDeals() public view {
        for (uint256 i = 0; i < handler.length(); i++) {
            Handler.Entry memory e = handler.entry(i);
            require((escrow.slot(idOf(e.deal)) != 0) == e.open, "open");
        }
    }

    /// D-I11: nothing is stuck while the chain keeps its id. At the end of each run every open deal ends by a stranger's refund, every credit can be
    /// withdrawn by its owner, and only forced ether stays.
    function afterInvariant() public {
        vm.warp(block.timestamp + 366 days);
        for (uint256 i = 0; i < handler.length(); i++) {
            Handler.Entry memory e = handler.entry(i);
            if (!e.open) continue;
            vm.prank(STRANGER);
            escrow.refund(e.deal);
        }
        address[] memory all = handler.actors();
        for (uint256 i = 0; i < all.length; i++) {
            if (escrow.credit(all[i]) == 0) continue;
            vm.prank(all[i]);
            escrow.withdraw(address(uint160(0xE11)));
        }
        same(address(escrow).balance, handler.forced(), "left over");
    }
}
