// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Base, Vm} from "./Base.sol";
import {Deal, Escrow} from "../src/Escrow.sol";

contract EndingTest is Base {
    // ------------------------------------------------------------------------------------------------- claim

    function test_D8_anyoneMayClaimAndOnlyThePayeeIsPaid() public {
        Deal memory deal = opened();
        bytes32 id = idOf(deal);
        vm.recordLogs();
        vm.prank(STRANGER);
        escrow.claim(deal, bytes32(SK));
        same(PAYEE.balance, WAGE, "payee");
        same(STRANGER.balance, 0, "stranger");
        same(address(escrow).balance, 0, "escrow");
        same(escrow.slot(id), 0, "cleared");
        Vm.Log[] memory logs = vm.getRecordedLogs();
        same(logs.length, 1, "logs");
        require(logs[0].topics[0] == keccak256("Revealed(bytes32,bytes32)"), "Revealed");
        require(logs[0].topics[1] == id && bytes32(logs[0].data) == bytes32(SK), "id and secret");
    }

    function test_D8_aCopiedClaimFindsNothing() public {
        Deal memory deal = opened();
        escrow.claim(deal, bytes32(SK));
        vm.prank(STRANGER);
        vm.expectRevert(Escrow.NotOpen.selector);
        escrow.claim(deal, bytes32(SK));
        same(PAYEE.balance, WAGE, "paid once");
    }

    function test_D8_noFieldCanBeChangedInAClaim() public {
        Deal memory deal = opened();
        opened(draft(STRANGER, 5 * WAGE, SK + 1)); // money of others
        bytes memory words = abi.encode(deal);
        for (uint256 i = 0; i < 10; i++) {
            bytes memory other = bytes.concat(words);
            other[32 * i + 31] ^= 0x01;
            Deal memory changed = abi.decode(other, (Deal));
            vm.expectRevert(Escrow.NotOpen.selector);
            escrow.claim(changed, bytes32(SK));
            vm.expectRevert(Escrow.NotOpen.selector);
            escrow.refund(changed);
            vm.prank(changed.payee);
            vm.expectRevert(Escrow.NotOpen.selector);
            escrow.release(changed);
        }
        same(address(escrow).balance, 6 * WAGE, "balance");
    }

    function testFuzz_D12_onlyTheSecretOpensTheLock(uint256 seed, uint256 wrong, uint96 amount) public {
        uint256 sk = keyFrom(seed);
        vm.assume(sk != inverseOfGx()); // its second point is infinity: it has no lock
        uint256 wage = bounded(amount, 1, 1_000 ether);
        Deal memory deal = opened(draft(PAYEE, wage, sk));
        if (wrong != sk) {
            vm.expectRevert(Escrow.WrongSecret.selector);
            escrow.claim(deal, bytes32(wrong));
        }
        escrow.claim(deal, bytes32(sk));
        same(PAYEE.balance, wage, "paid");
    }

    function test_D12_theSecretIsBetweenZeroAndTheGroupOrder() public {
        uint256[6] memory bad = [uint256(0), N, N + 1, N - SK, type(uint256).max, SK - 1];
        Deal memory deal = opened();
        for (uint256 i = 0; i < bad.length; i++) {
            vm.expectRevert(Escrow.WrongSecret.selector);
            escrow.claim(deal, bytes32(bad[i]));
        }
        // The same point under another name: 3 and 3 + n. Only the small one is the secret.
        deal = opened(draft(PAYEE, WAGE, 3));
        vm.expectRevert(Escrow.WrongSecret.selector);
        escrow.claim(deal, bytes32(3 + N));
        escrow.claim(deal, bytes32(uint256(3)));
    }

    function test_D12_theSmallestAndTheLargestKeyWork() public {
        uint256[4] memory keys = [uint256(1), 2, N - 2, N - 1];
        for (uint256 i = 0; i < keys.length; i++) {
            Deal memory deal = opened(draft(PAYEE, WAGE, keys[i]));
            if (keys[i] <= 2) {
                vm.expectRevert(Escrow.WrongSecret.selector);
                escrow.claim(deal, bytes32(N + keys[i])); // the same point, but no secret
            }
            escrow.claim(deal, bytes32(keys[i]));
        }
        same(PAYEE.balance, 4 * WAGE, "paid");
    }

    function testFuzz_D12_aKeyThatMatchesOneAddressOnlyFails(uint256 seed, uint256 otherSeed) public {
        uint256 sk = keyFrom(seed);
        uint256 other = keyFrom(otherSeed);
        vm.assume(sk != other && sk != inverseOfGx() && other != inverseOfGx());
        Deal memory deal = draft(PAYEE, WAGE, sk);
        deal.a2 = second(other);
        opened(deal);
        vm.expectRevert(Escrow.WrongSecret.selector);
        escrow.claim(deal, bytes32(sk)); // matches a1
        vm.expectRevert(Escrow.WrongSecret.selector);
        escrow.claim(deal, bytes32(other)); // matches a2
    }

    function test_D12_theKeyWithoutASecondPointOpensNothing() public {
        uint256 sk = inverseOfGx();
        Deal memory deal = draft();
        deal.a1 = first(sk);
        address[3] memory seconds_ = [first(sk), address(1), address(27)];
        for (uint256 i = 0; i < seconds_.length; i++) {
            deal.a2 = seconds_[i];
            opened(deal);
            vm.expectRevert(Escrow.WrongSecret.selector);
            escrow.claim(deal, bytes32(sk));
        }
    }

    function test_D8_aDealOfAnotherChainOrContractIsNotOpenHere() public {
        Deal memory deal = opened();
        Escrow other = deploy();
        vm.expectRevert(Escrow.NotOpen.selector);
        other.claim(deal, bytes32(SK));
        vm.chainId(424242);
        vm.expectRevert(Escrow.NotOpen.selector);
        escrow.claim(deal, bytes32(SK));
        vm.expectRevert(Escrow.NotOpen.selector);
        escrow.refund(deal);
    }

    // --------------------------------------------------------------------------------------------- deadlines

    function test_R5_atClaimByTheClaimFailsAndTheRefundWorks() public {
        Deal memory deal = opened();
        vm.warp(deal.claimBy);
        vm.expectRevert(Escrow.TooLate.selector);
        escrow.claim(deal, bytes32(SK));
        escrow.refund(deal);
        same(PAYER.balance, 1_000_000 ether, "payer");
    }

    function test_R5_oneSecondBeforeClaimByTheClaimWorksAndTheRefundFails() public {
        Deal memory deal = opened();
        vm.warp(deal.claimBy - 1);
        vm.expectRevert(Escrow.TooEarly.selector);
        escrow.refund(deal);
        escrow.claim(deal, bytes32(SK));
        same(PAYEE.balance, WAGE, "payee");
    }

    function testFuzz_R5_atEveryInstantExactlyOneOfClaimAndRefundIsPossible(uint256 window, uint256 delay) public {
        window = bounded(window, 60, 365 days);
        delay = delay % 2 == 0 ? bounded(delay, 0, 2 * window) : window + delay % 3 - 1;
        Deal memory deal = draft();
        deal.claimBy = START + window;
        opened(deal);
        vm.warp(START + delay);
        if (delay < window) {
            vm.expectRevert(Escrow.TooEarly.selector);
            escrow.refund(deal);
            escrow.claim(deal, bytes32(SK));
        } else {
            vm.expectRevert(Escrow.TooLate.selector);
            escrow.claim(deal, bytes32(SK));
            escrow.refund(deal);
        }
        same(PAYEE.balance, delay < window ? WAGE : 0, "payee");
        same(PAYER.balance, delay < window ? 1_000_000 ether - WAGE : 1_000_000 ether, "payer");
    }

    // ------------------------------------------------------------------------------------ refund and release

    function test_D9_anyoneMayRefundAndOnlyThePayerIsPaid() public {
        Deal memory deal = opened();
        bytes32 id = idOf(deal);
        vm.warp(deal.claimBy + 400 days); // no deal becomes too old
        vm.recordLogs();
        vm.prank(STRANGER);
        escrow.refund(deal);
        same(PAYER.balance, 1_000_000 ether, "payer");
        same(STRANGER.balance, 0, "stranger");
        Vm.Log[] memory logs = vm.getRecordedLogs();
        require(logs.length == 1 && logs[0].topics[0] == keccak256("Refunded(bytes32)"), "Refunded");
        require(logs[0].topics[1] == id, "id");
        vm.expectRevert(Escrow.NotOpen.selector);
        escrow.refund(deal);
    }

    function test_onlyThePayeeReleasesAtAnyTime() public {
        Deal memory deal = opened();
        address[2] memory others = [PAYER, STRANGER];
        for (uint256 i = 0; i < 2; i++) {
            vm.prank(others[i]);
            vm.expectRevert(Escrow.NotPayee.selector);
            escrow.release(deal);
        }
        vm.recordLogs();
        vm.prank(PAYEE);
        escrow.release(deal);
        same(PAYER.balance, 1_000_000 ether, "payer");
        same(PAYEE.balance, 0, "payee");
        Vm.Log[] memory logs = vm.getRecordedLogs();
        require(logs.length == 1 && logs[0].topics[0] == keccak256("Released(bytes32)"), "Released");
        vm.prank(PAYEE);
        vm.expectRevert(Escrow.NotOpen.selector);
        escrow.release(deal);
        opened(deal);
        vm.warp(deal.claimBy + 1);
        vm.prank(PAYEE);
        escrow.release(deal);
    }

    function test_aNeverOpenedDealHasNoEnd() public {
        Deal memory deal = draft();
        opened(draft(PAYEE, 5 * WAGE, SK + 1)); // money of others
        vm.expectRevert(Escrow.NotOpen.selector);
        escrow.claim(deal, bytes32(SK));
        vm.prank(PAYEE);
        vm.expectRevert(Escrow.NotOpen.selector);
        escrow.release(deal);
        vm.warp(deal.claimBy);
        vm.expectRevert(Escrow.NotOpen.selector);
        escrow.refund(deal);
    }

    function test_D13_aReopenedDealIsClaimedWithTheOldSecret() public {
        // Why salts and the rule "one deal per xid, ever" exist: the contract forgets what has ended.
        Deal memory deal = opened();
        escrow.claim(deal, bytes32(SK));
        opened(deal);
        vm.prank(STRANGER);
        escrow.claim(deal, bytes32(SK));
        same(PAYEE.balance, 2 * WAGE, "paid twice");
    }

    function test_endingTakesNoEther() public {
        Deal memory deal = opened();
        vm.deal(STRANGER, 4);
        bytes[4] memory calls = [
            abi.encodeCall(Escrow.claim, (deal, bytes32(SK))),
            abi.encodeCall(Escrow.refund, (deal)),
            abi.encodeCall(Escrow.release, (deal)),
            abi.encodeCall(Escrow.withdraw, (STRANGER))
        ];
        for (uint256 i = 0; i < calls.length; i++) {
            vm.prank(STRANGER);
            (bool ok,) = address(escrow).call{value: 1}(calls[i]);
            require(!ok, "ether accepted");
        }
    }
}
