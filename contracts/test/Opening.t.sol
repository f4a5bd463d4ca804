// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Base, Vm} from "./Base.sol";
import {Deal, Escrow, Part} from "../src/Escrow.sol";

contract OpeningTest is Base {
    function test_theCommittedCodeHashIsThatOfThisSource() public view {
        isCommitted(address(escrow), "Escrow");
    }

    function test_openKeepsTheWageAndTheTimeOfOpening() public {
        Deal memory deal = draft();
        vm.recordLogs();
        opened(deal);
        bytes32 id = idOf(deal);
        same(escrow.slot(id), START, "slot");
        require(vm.load(address(escrow), id) == bytes32(START), "the storage key is the deal id");
        same(address(escrow).balance, WAGE, "balance");
        Vm.Log[] memory logs = vm.getRecordedLogs();
        same(logs.length, 1, "logs");
        same(logs[0].topics.length, 3, "topics");
        require(logs[0].topics[0] == keccak256("Opened(bytes32,bytes32)"), "Opened");
        require(logs[0].topics[1] == id && logs[0].topics[2] == deal.termsHash, "id and xid");
        same(logs[0].data.length, 0, "no data");
    }

    function test_D8_onlyThePayerOpens() public {
        Deal memory deal = draft();
        vm.deal(STRANGER, WAGE);
        vm.prank(STRANGER);
        vm.expectRevert(Escrow.NotPayer.selector);
        escrow.open{value: WAGE}(deal);
    }

    function test_D17_theValueIsExactlyTheAmount() public {
        refuses(draft(), WAGE - 1, Escrow.WrongAmount.selector);
        refuses(draft(), WAGE + 1, Escrow.WrongAmount.selector);
        refuses(draft(), 0, Escrow.WrongAmount.selector);
        refuses(draft(PAYEE, 0, SK), 0, Escrow.WrongAmount.selector);
    }

    function test_thePayeeCanBePaid() public {
        refuses(draft(address(0), WAGE, SK), WAGE, Escrow.BadAddress.selector);
        refuses(draft(address(escrow), WAGE, SK), WAGE, Escrow.BadAddress.selector);
    }

    function test_D12_aZeroKeyIsRefused() public {
        Deal memory deal = draft();
        deal.a1 = address(0);
        refuses(deal, WAGE, Escrow.BadAddress.selector);
        deal = draft();
        deal.a2 = address(0);
        refuses(deal, WAGE, Escrow.BadAddress.selector);
    }

    function test_D18_onlyTheNativeCoinAndThePointLock() public {
        Deal memory deal = draft();
        deal.token = address(1);
        refuses(deal, WAGE, Escrow.Unsupported.selector);
        for (uint256 kind = 0; kind < 4; kind++) {
            deal = draft();
            deal.lockKind = kind;
            if (kind != 1) refuses(deal, WAGE, Escrow.Unsupported.selector);
        }
        deal.lockKind = type(uint256).max;
        refuses(deal, WAGE, Escrow.Unsupported.selector);
    }

    function test_D9_theWindowHasAMinimumAndAMaximum() public {
        Deal memory deal = draft();
        uint256[5] memory bad = [START + 59, START, START - 1, 0, START + 365 days + 1];
        for (uint256 i = 0; i < bad.length; i++) {
            deal.claimBy = bad[i];
            refuses(deal, WAGE, Escrow.BadWindow.selector);
        }
        deal.claimBy = type(uint256).max;
        refuses(deal, WAGE, Escrow.BadWindow.selector);
        deal.claimBy = START + 60;
        opened(deal);
        deal.claimBy = START + 365 days;
        opened(deal);
    }

    function testFuzz_D9_aDealOpensIffItsWindowIsInRange(uint256 claimBy, uint256 time) public {
        time = bounded(time, 1, type(uint64).max);
        vm.warp(time);
        if (claimBy % 2 == 0) claimBy = time + claimBy % 400 days; // half of the runs near the range
        Deal memory deal = draft();
        deal.claimBy = claimBy;
        bool inRange = claimBy >= time + 60 && claimBy <= time + 365 days;
        if (inRange) opened(deal);
        else refuses(deal, WAGE, Escrow.BadWindow.selector);
    }

    function test_anOpenDealIsNotOpenedTwice() public {
        Deal memory deal = opened();
        refuses(deal, WAGE, Escrow.AlreadyOpen.selector);
    }

    function test_D13_anotherSaltIsAnotherDeal() public {
        Deal memory deal = opened();
        deal.salt = bytes32(uint256(8) << 192);
        opened(deal);
        same(address(escrow).balance, 2 * WAGE, "balance");
    }

    function testFuzz_everyFieldIsBoundInTheId(Deal memory deal, uint8 which, bytes32 other) public view {
        bytes32 id = escrow.idOf(deal);
        require(id == idOf(deal), "rule of the id");
        bytes memory words = abi.encode(deal);
        uint256 place = 32 * (uint256(which) % 10);
        bytes32 old;
        assembly {
            old := mload(add(add(words, 0x20), place))
            // Addresses keep their upper bits clean; a decoder refuses anything else.
            let isAddress := or(lt(place, 0x60), or(eq(place, 0xe0), eq(place, 0x100)))
            if isAddress { other := shr(96, other) }
            mstore(add(add(words, 0x20), place), other)
        }
        require((escrow.idOf(abi.decode(words, (Deal))) == id) == (old == other), "bound");
    }

    function test_D8_theIdBindsChainAndContract() public {
        Deal memory deal = draft();
        bytes32 id = escrow.idOf(deal);
        require(deploy().idOf(deal) != id, "contract");
        vm.chainId(424242);
        require(escrow.idOf(deal) != id, "chain");
        require(escrow.idOf(deal) == idOf(deal), "rule of the id");
    }

    function test_dirtyUpperBitsOfAnAddressAreRefused() public {
        bytes memory data = abi.encodeCall(Escrow.open, (draft()));
        uint256[5] memory words = [uint256(0), 1, 2, 7, 8]; // payer, payee, token, a1, a2
        for (uint256 i = 0; i < words.length; i++) {
            bytes memory dirty = bytes.concat(data);
            dirty[4 + 32 * words[i] + 11] = 0x01; // the lowest bit above the address
            vm.prank(PAYER);
            (bool ok,) = address(escrow).call{value: WAGE}(dirty);
            require(!ok, "dirty word accepted");
        }
    }

    function test_shortCalldataAndPlainEtherAreRefused() public {
        bytes memory data = abi.encodeCall(Escrow.open, (draft()));
        assembly {
            mstore(data, sub(mload(data), 1))
        }
        vm.prank(PAYER);
        (bool ok,) = address(escrow).call{value: WAGE}(data);
        require(!ok, "short");
        vm.prank(PAYER);
        (ok,) = address(escrow).call{value: 1}("");
        require(!ok, "plain ether");
    }

    function test_openManyOpensEveryDealUnderItsOwnId() public {
        Part[] memory parts = new Part[](5);
        Deal[] memory deals = new Deal[](5);
        uint256 sum;
        for (uint256 i = 0; i < 5; i++) {
            deals[i] = draft(address(uint160(0xF000 + i)), WAGE + i, SK + i);
            deals[i].termsHash = keccak256(abi.encode(i));
            deals[i].salt = bytes32(i);
            parts[i] = partOf(deals[i]);
            sum += WAGE + i;
        }
        vm.prank(PAYER);
        escrow.openMany{value: sum}(address(0), START + WINDOW, 1, parts);
        for (uint256 i = 0; i < 5; i++) {
            require(isOpen(deals[i]), "open");
            escrow.claim(deals[i], bytes32(SK + i));
            same(deals[i].payee.balance, WAGE + i, "paid");
        }
        same(address(escrow).balance, 0, "balance");
    }

    function test_openManyChecksTheSum() public {
        Part[] memory parts = new Part[](2);
        parts[0] = partOf(draft(PAYEE, WAGE, SK));
        parts[1] = partOf(draft(PAYEE, 2 * WAGE, SK));
        refusesMany(parts, 3 * WAGE - 1, Escrow.WrongAmount.selector);
        refusesMany(parts, 3 * WAGE + 1, Escrow.WrongAmount.selector);
        // A sum that wraps round must not pass for the small number it becomes.
        parts[0].amount = type(uint256).max;
        parts[1].amount = WAGE + 1;
        refusesMany(parts, WAGE, Escrow.WrongAmount.selector);
        parts[0].amount = WAGE + 1; // one more than there is, so that what is left wraps round to all there can be
        parts[1].amount = type(uint256).max;
        refusesMany(parts, WAGE, Escrow.WrongAmount.selector);
        parts[0].amount = 0;
        parts[1].amount = WAGE;
        refusesMany(parts, WAGE, Escrow.WrongAmount.selector);
        refusesMany(new Part[](0), 1, Escrow.WrongAmount.selector);
        vm.prank(PAYER);
        escrow.openMany(address(0), START + WINDOW, 1, new Part[](0));
    }

    function test_openManyChecksWhatOpenChecks() public {
        Part[] memory parts = new Part[](1);
        Part memory good = partOf(draft());
        parts[0] = good;
        for (uint256 i = 0; i < 4; i++) {
            parts[0] = Part(good.payee, good.amount, good.salt, good.a1, good.a2, good.termsHash);
            if (i == 0) parts[0].payee = address(0);
            if (i == 1) parts[0].payee = address(escrow);
            if (i == 2) parts[0].a1 = address(0);
            if (i == 3) parts[0].a2 = address(0);
            refusesMany(parts, WAGE, Escrow.BadAddress.selector);
        }
        parts[0] = good;
        vm.prank(PAYER);
        vm.expectRevert(Escrow.Unsupported.selector);
        escrow.openMany{value: WAGE}(address(1), START + WINDOW, 1, parts);
        vm.prank(PAYER);
        vm.expectRevert(Escrow.Unsupported.selector);
        escrow.openMany{value: WAGE}(address(0), START + WINDOW, 2, parts);
        vm.prank(PAYER);
        vm.expectRevert(Escrow.BadWindow.selector);
        escrow.openMany{value: WAGE}(address(0), START + 59, 1, parts);
        Part[] memory twice = new Part[](2);
        (twice[0], twice[1]) = (good, good);
        refusesMany(twice, 2 * WAGE, Escrow.AlreadyOpen.selector);
    }

    function refuses(Deal memory deal, uint256 value, bytes4 why) private {
        vm.prank(PAYER);
        vm.expectRevert(why);
        escrow.open{value: value}(deal);
    }

    function refusesMany(Part[] memory parts, uint256 value, bytes4 why) private {
        vm.prank(PAYER);
        vm.expectRevert(why);
        escrow.openMany{value: value}(address(0), START + WINDOW, 1, parts);
    }
}
