// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Bomber, Burner, Reenterer, Refuser} from "./Actors.sol";
import {Base, Vm} from "./Base.sol";
import {Deal, Escrow, Part} from "../src/Escrow.sol";

contract BatchTest is Base {
    function test_claimManyNeedsOneSecretForEachDeal() public {
        (Deal[] memory deals,) = openedMany(2, PAYEE);
        vm.expectRevert(Escrow.LengthMismatch.selector);
        escrow.claimMany(deals, new bytes32[](1));
        vm.expectRevert(Escrow.LengthMismatch.selector);
        escrow.claimMany(deals, new bytes32[](3));
        escrow.claimMany(new Deal[](0), new bytes32[](0));
    }

    function test_claimManyPaysNeighboursInOnePush() public {
        (Deal[] memory deals, bytes32[] memory sks) = openedMany(20, PAYEE);
        vm.recordLogs();
        vm.prank(STRANGER);
        escrow.claimMany(deals, sks);
        same(PAYEE.balance, 20 * WAGE, "payee");
        Vm.Log[] memory logs = vm.getRecordedLogs();
        same(logs.length, 20, "one event a deal");
        for (uint256 i = 0; i < 20; i++) {
            require(logs[i].topics[1] == idOf(deals[i]) && bytes32(logs[i].data) == sks[i], "id and secret");
        }
    }

    function test_D11_everyKindOfBadEntryIsSkipped() public {
        (Deal[] memory deals, bytes32[] memory sks) = openedMany(8, PAYEE);
        deals[0].salt = "never opened";
        sks[1] = 0;
        sks[2] = bytes32(N);
        sks[3] = bytes32(uint256(sks[3]) + 1);
        deals[4] = deals[5]; // twice in one batch: only the second, which brings its own secret, counts
        vm.prank(PAYEE);
        escrow.release(deals[6]);
        deals[7].claimBy = START + 60;
        opened(deals[7]);
        vm.warp(START + 60); // now expired
        escrow.claimMany(deals, sks);
        same(PAYEE.balance, WAGE, "one good entry");
        require(
            !isOpen(deals[5]) && isOpen(deals[1]) && isOpen(deals[2]) && isOpen(deals[3]) && isOpen(deals[7]), "open"
        );
    }

    function test_D12_anEntryOfTheSameKeyTwiceIsPaidOnce() public {
        (Deal[] memory deals, bytes32[] memory sks) = openedMany(2, PAYEE);
        (deals[1], sks[1]) = (deals[0], sks[0]);
        escrow.claimMany(deals, sks);
        same(PAYEE.balance, WAGE, "once");
    }

    function test_D11_noRecipientSpoilsTheBatch() public {
        address[6] memory payees =
            [PAYEE, address(new Refuser()), PAYEE, address(new Burner()), address(new Bomber()), STRANGER];
        Deal[] memory deals = new Deal[](6);
        bytes32[] memory sks = new bytes32[](6);
        for (uint256 i = 0; i < 6; i++) {
            deals[i] = draft(payees[i], WAGE + i, SK + i);
            deals[i].salt = bytes32(i);
            sks[i] = bytes32(SK + i);
            opened(deals[i]);
        }
        escrow.claimMany(deals, sks);
        same(PAYEE.balance, 2 * WAGE + 2, "payee");
        same(STRANGER.balance, WAGE + 5, "last");
        same(escrow.credit(payees[1]), WAGE + 1, "refuser");
        same(escrow.credit(payees[3]), WAGE + 3, "burner");
        same(payees[4].balance + escrow.credit(payees[4]), WAGE + 4, "bomber");
        same(
            address(escrow).balance,
            escrow.credit(payees[1]) + escrow.credit(payees[3]) + escrow.credit(payees[4]),
            "rest"
        );
    }

    function test_theSmallestWageIsPaidToo() public {
        Deal[] memory deals = new Deal[](3);
        bytes32[] memory sks = new bytes32[](3);
        for (uint256 i = 0; i < 3; i++) {
            deals[i] = opened(draft(i == 1 ? STRANGER : PAYEE, 1, SK + i));
            sks[i] = bytes32(SK + i);
        }
        escrow.claimMany(deals, sks);
        same(PAYEE.balance, 2, "payee");
        same(STRANGER.balance, 1, "another in between");
    }

    /// Who is paid by one deal and pays in the next is not paid with its own money.
    function test_aPayeeThatPaysInTheNextDealGetsItsOwnWageOnly() public {
        Deal[] memory deals = new Deal[](2);
        bytes32[] memory sks = new bytes32[](2);
        deals[0] = opened(draft(STRANGER, WAGE, SK));
        deals[1] = draft(PAYEE, 5 * WAGE, SK + 1);
        deals[1].payer = STRANGER;
        vm.deal(STRANGER, 5 * WAGE);
        opened(deals[1]);
        (sks[0], sks[1]) = (bytes32(SK), bytes32(SK + 1));
        escrow.claimMany(deals, sks);
        same(STRANGER.balance, WAGE, "the first wage");
        same(PAYEE.balance, 5 * WAGE, "the second wage");
    }

    function test_neighboursOfOnePayeeAreOnePush() public {
        Reenterer payee = new Reenterer(address(escrow));
        (Deal[] memory deals, bytes32[] memory sks) = openedMany(5, address(payee));
        deals[2] = opened(draft(PAYEE, WAGE, SK + 4));
        escrow.claimMany(deals, sks);
        same(payee.calls(), 2, "pushes");
        same(address(payee).balance, 4 * WAGE, "paid");
    }

    /// `1/Gx` has no second point, and ecrecover then leaves its answer as it was: it must not be that of the entry
    /// before, which named the second address of this one.
    function test_D12_noEntryIsOpenedWithTheAnswerOfTheOneBefore() public {
        Deal[] memory deals = new Deal[](2);
        bytes32[] memory sks = new bytes32[](2);
        deals[0] = opened(draft(STRANGER, WAGE, SK));
        deals[1] = draft(PAYEE, WAGE, SK + 1);
        (deals[1].a1, deals[1].a2) = (first(inverseOfGx()), second(SK));
        opened(deals[1]);
        (sks[0], sks[1]) = (bytes32(SK), bytes32(inverseOfGx()));
        escrow.claimMany(deals, sks);
        require(!isOpen(deals[0]) && isOpen(deals[1]), "only the first");
        opened(deals[0]);
        deals[1].a2 = address(uint160(second(SK)) & 0xff); // nor a part of it
        opened(deals[1]);
        escrow.claimMany(deals, sks);
        require(!isOpen(deals[0]) && isOpen(deals[1]), "only the first");
        same(PAYEE.balance, 0, "nothing for the other");
    }

    /// Amounts so large that their sum is the largest number.
    function test_sumsReachTheLargestNumberWithoutWrappingRound() public {
        uint256 half = 1 << 255;
        vm.deal(PAYER, type(uint256).max);
        Part[] memory parts = new Part[](2);
        Deal[] memory deals = new Deal[](2);
        bytes32[] memory sks = new bytes32[](2);
        address payee = address(new Refuser());
        for (uint256 i = 0; i < 2; i++) {
            deals[i] = draft(payee, half - i, SK + i);
            (parts[i], sks[i]) = (partOf(deals[i]), bytes32(SK + i));
        }
        vm.prank(PAYER);
        escrow.openMany{value: type(uint256).max}(address(0), START + WINDOW, 1, parts);
        escrow.claimMany(deals, sks);
        same(escrow.credit(payee), type(uint256).max, "all of it");
        vm.prank(payee);
        escrow.withdraw(STRANGER);
        same(STRANGER.balance, type(uint256).max, "out again");
    }

    function test_dirtyEntriesAreSkippedToo() public {
        (Deal[] memory deals, bytes32[] memory sks) = openedMany(2, PAYEE);
        bytes memory data = abi.encodeCall(Escrow.claimMany, (deals, sks));
        uint256 firstDeal = 4 + 3 * 32; // selector, two offsets, length
        data[firstDeal] = 0xff; // payer's upper bits
        (bool ok,) = address(escrow).call(data);
        require(ok, "reverted");
        same(PAYEE.balance, WAGE, "the other one");
    }

    function test_lengthsBeyondTheCalldataAreRefused() public {
        (Deal[] memory deals, bytes32[] memory sks) = openedMany(2, PAYEE);
        bytes memory data = abi.encodeCall(Escrow.claimMany, (deals, sks));
        uint256 lengthWord = 4 + 2 * 32;
        uint256[3] memory lies = [uint256(3), 1 << 64, type(uint256).max];
        for (uint256 i = 0; i < lies.length; i++) {
            bytes memory lie = bytes.concat(data);
            bytes32 value = bytes32(lies[i]);
            assembly {
                mstore(add(add(lie, 0x20), lengthWord), value)
            }
            (bool ok,) = address(escrow).call(lie);
            require(!ok, "accepted");
        }
    }

    function testFuzz_D11_claimManyDoesWhatSingleClaimsDo(uint256 seed) public {
        (Deal[] memory deals, bytes32[] memory sks) = openedMany(6, PAYEE);
        uint256 good;
        for (uint256 i = 0; i < 6; i++) {
            uint256 kind = (seed >> (8 * i)) % 4;
            if (kind == 0) sks[i] = bytes32(uint256(sks[i]) ^ 1);
            if (kind == 1) deals[i].amount += 1;
            if (kind >= 2) good++;
        }
        escrow.claimMany(deals, sks);
        same(PAYEE.balance, good * WAGE, "paid");
    }

    function openedMany(uint256 n, address payee) private returns (Deal[] memory deals, bytes32[] memory sks) {
        deals = new Deal[](n);
        sks = new bytes32[](n);
        for (uint256 i = 0; i < n; i++) {
            deals[i] = draft(payee, WAGE, SK + 2 * i);
            deals[i].salt = bytes32(i);
            sks[i] = bytes32(SK + 2 * i);
            opened(deals[i]);
        }
    }
}
