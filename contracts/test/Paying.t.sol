// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Bomber, Burner, Reenterer, Refuser, Wallet} from "./Actors.sol";
import {Base, Vm} from "./Base.sol";
import {Deal, Escrow} from "../src/Escrow.sol";

contract PayingTest is Base {
    function test_D11_aRefusedPaymentBecomesACredit() public {
        Refuser payee = new Refuser();
        Deal memory deal = opened(draft(address(payee), WAGE, SK));
        vm.recordLogs();
        escrow.claim(deal, bytes32(SK));
        same(escrow.credit(address(payee)), WAGE, "credit");
        same(address(escrow).balance, WAGE, "kept");
        require(!isOpen(deal), "ended");
        Vm.Log[] memory logs = vm.getRecordedLogs();
        same(logs.length, 2, "logs");
        require(logs[1].topics[0] == keccak256("Credited(address,uint256)"), "Credited");
        require(logs[1].topics[1] == bytes32(uint256(uint160(address(payee)))), "owner");
        require(uint256(bytes32(logs[1].data)) == WAGE, "amount");
    }

    function test_D11_burningAllGasBecomesACreditAndCostsLittle() public {
        address payee = address(new Burner());
        Deal memory deal = opened(draft(payee, WAGE, SK));
        uint256 before = gasleft();
        escrow.claim(deal, bytes32(SK));
        require(before - gasleft() < 120_000, "gas");
        same(escrow.credit(payee), WAGE, "credit");
    }

    function test_D11_returnedDataIsNotCopied() public {
        address payee = address(new Bomber());
        Deal memory deal = opened(draft(payee, WAGE, SK));
        uint256 before = gasleft();
        escrow.claim(deal, bytes32(SK));
        require(before - gasleft() < 120_000, "gas");
        same(payee.balance + escrow.credit(payee), WAGE, "paid or credited");
    }

    function test_aWalletThatWritesASlotIsPaid() public {
        Wallet payee = new Wallet();
        Deal memory deal = opened(draft(address(payee), WAGE, SK));
        escrow.claim(deal, bytes32(SK));
        same(address(payee).balance, WAGE, "paid");
        require(payee.gasSeen() >= 30_000, "gas of a push");
    }

    /// With whatever gas somebody calls: either the call fails and nothing has changed, or the wallet was paid.
    function testFuzz_D11_littleGasNeverTurnsAPaymentIntoACredit(uint256 gas_) public {
        Wallet payee = new Wallet();
        Deal memory deal = opened(draft(address(payee), WAGE, SK));
        gas_ = bounded(gas_, 20_000, 140_000);
        vm.prank(STRANGER);
        try escrow.claim{gas: gas_}(deal, bytes32(SK)) {
            same(address(payee).balance, WAGE, "paid");
            require(payee.gasSeen() >= 30_000, "gas of a push");
        } catch {
            require(isOpen(deal), "unchanged");
        }
        same(escrow.credit(address(payee)), 0, "no credit");
    }

    function test_D11_littleGasIsNamed() public {
        Deal memory deal = opened();
        vm.expectRevert(Escrow.GasTooLow.selector);
        escrow.claim{gas: 70_000}(deal, bytes32(SK));
        Deal[] memory deals = new Deal[](1);
        bytes32[] memory sks = new bytes32[](1);
        (deals[0], sks[0]) = (deal, bytes32(SK));
        vm.expectRevert(Escrow.GasTooLow.selector);
        escrow.claimMany{gas: 72_000}(deals, sks);
        escrow.claim{gas: 100_000}(deal, bytes32(SK));
    }

    function test_D11_aPayerThatRefusesGetsACredit() public {
        Reenterer payer = new Reenterer(address(escrow));
        Refuser refuser = new Refuser();
        Deal memory deal = draft();
        deal.payer = address(refuser);
        vm.deal(address(refuser), WAGE);
        opened(deal);
        vm.warp(deal.claimBy);
        escrow.refund(deal);
        same(escrow.credit(address(refuser)), WAGE, "refund");
        deal.payer = address(payer);
        deal.claimBy += WINDOW;
        vm.deal(address(payer), WAGE);
        opened(deal);
        vm.prank(PAYEE);
        escrow.release(deal);
        same(address(payer).balance + escrow.credit(address(payer)), WAGE, "release");
    }

    // ----------------------------------------------------------------------------------------------- credits

    function test_theOwnerWithdrawsToAnyAddress() public {
        Refuser payee = credited(WAGE);
        vm.recordLogs();
        vm.prank(address(payee));
        escrow.withdraw(STRANGER);
        same(STRANGER.balance, WAGE, "to");
        same(escrow.credit(address(payee)), 0, "credit");
        Vm.Log[] memory logs = vm.getRecordedLogs();
        require(logs[0].topics[0] == keccak256("Withdrawn(address,address,uint256)"), "Withdrawn");
        require(logs[0].topics[1] == bytes32(uint256(uint160(address(payee)))), "owner");
        require(logs[0].topics[2] == bytes32(uint256(uint160(STRANGER))), "where it went");
        vm.prank(address(payee));
        vm.expectRevert(Escrow.NoCredit.selector);
        escrow.withdraw(STRANGER);
    }

    function test_anyoneWithdrawsToTheOwnerOnly() public {
        Refuser payee = credited(WAGE);
        vm.prank(STRANGER);
        vm.expectRevert(Escrow.Refused.selector);
        escrow.withdrawFor(address(payee));
        same(escrow.credit(address(payee)), WAGE, "kept");
        payee.accept(true);
        vm.prank(STRANGER);
        escrow.withdrawFor(address(payee));
        same(address(payee).balance, WAGE, "owner");
        same(STRANGER.balance, 0, "stranger");
    }

    function test_withdrawalsAreRefusedWithAName() public {
        vm.expectRevert(Escrow.NoCredit.selector);
        escrow.withdraw(STRANGER);
        vm.expectRevert(Escrow.NoCredit.selector);
        escrow.withdrawFor(STRANGER);
        Refuser payee = credited(WAGE);
        vm.prank(address(payee));
        vm.expectRevert(Escrow.BadAddress.selector);
        escrow.withdraw(address(0));
        vm.prank(address(payee));
        vm.expectRevert(Escrow.Refused.selector);
        escrow.withdraw(address(escrow));
        same(escrow.credit(address(payee)), WAGE, "kept");
    }

    function test_creditsAddUp() public {
        Refuser payee = new Refuser();
        for (uint256 i = 1; i <= 3; i++) {
            escrow.claim(opened(draft(address(payee), i * WAGE, SK + i)), bytes32(SK + i));
        }
        same(escrow.credit(address(payee)), 6 * WAGE, "sum");
    }

    // -------------------------------------------------------------------------------------------- re-entrancy

    function test_aRecipientThatClaimsAgainGainsNothing() public {
        Reenterer payee = new Reenterer(address(escrow));
        Deal memory deal = draft(address(payee), WAGE, SK);
        opened(draft(STRANGER, 10 * WAGE, SK + 1)); // money of others
        bytes[4] memory attacks = [
            abi.encodeCall(Escrow.claim, (deal, bytes32(SK))),
            abi.encodeCall(Escrow.release, (deal)),
            abi.encodeCall(Escrow.withdraw, (address(payee))),
            abi.encodeCall(Escrow.withdrawFor, (address(payee)))
        ];
        for (uint256 i = 0; i < attacks.length; i++) {
            opened(deal);
            payee.prepare(attacks[i]);
            escrow.claim(deal, bytes32(SK));
            require(!payee.succeeded(), "re-entered");
        }
        same(address(payee).balance + escrow.credit(address(payee)), 4 * WAGE, "paid once a deal");
        same(address(escrow).balance, 10 * WAGE + escrow.credit(address(payee)), "others' money");
    }

    function test_aWithdrawalThatWithdrawsAgainGainsNothing() public {
        Reenterer owner = new Reenterer(address(escrow));
        opened(draft(STRANGER, 10 * WAGE, SK + 1)); // money of others
        // A credit of the re-entering contract, put where the contract keeps it.
        bytes memory burn = new bytes(20_000);
        owner.prepare(burn); // copying this in `receive` costs more than a push: it becomes a credit
        Deal memory deal = opened(draft(address(owner), WAGE, SK));
        escrow.claim(deal, bytes32(SK));
        same(escrow.credit(address(owner)), WAGE, "credit");
        owner.prepare(abi.encodeCall(Escrow.withdrawFor, (address(owner))));
        escrow.withdrawFor(address(owner));
        require(owner.calls() > 0 && !owner.succeeded(), "re-entered");
        same(address(owner).balance, WAGE, "once");
        same(address(escrow).balance, 10 * WAGE, "others' money");
    }

    function test_forcedEtherChangesNothing() public {
        vm.deal(address(escrow), 3 ether);
        Deal memory deal = opened();
        escrow.claim(deal, bytes32(SK));
        same(address(escrow).balance, 3 ether, "forced");
        same(PAYEE.balance, WAGE, "paid");
        vm.expectRevert(Escrow.NoCredit.selector);
        escrow.withdraw(STRANGER);
    }

    function credited(uint256 amount) private returns (Refuser payee) {
        payee = new Refuser();
        escrow.claim(opened(draft(address(payee), amount, SK)), bytes32(SK));
    }
}
