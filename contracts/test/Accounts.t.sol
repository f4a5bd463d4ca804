// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Bomber, Burner, Reenterer, Refuser, Schemer} from "./Actors.sol";
import {Base} from "./Base.sol";
import {Deal, Escrow} from "../src/Escrow.sol";

/// Payers and payees of every kind that a chain knows, ether that comes without a call, and what a fork changes.
contract AccountsTest is Base {
    uint256 private constant KEY = 0xA7702;

    // ------------------------------------------------------------------- accounts with borrowed code (EIP-7702)

    function test_EIP7702_aPayeeWithBorrowedCodeIsPaidOrCredited() public {
        address payee = vm.addr(KEY);
        address[4] memory codes = borrowed();
        for (uint256 i = 0; i < codes.length; i++) {
            borrow(codes[i]);
            Deal memory deal = opened(draft(payee, WAGE, SK + i));
            vm.cool(address(escrow));
            vm.cool(payee);
            vm.cool(codes[i]);
            escrow.claim{gas: 110_000}(deal, bytes32(SK + i));
            require(!isOpen(deal), "ended");
            same(payee.balance + escrow.credit(payee), (i + 1) * WAGE, "paid or credited");
        }
        same(escrow.credit(payee), 3 * WAGE, "refusers");
        vm.prank(payee); // its key still signs transactions
        escrow.withdraw(STRANGER);
        same(STRANGER.balance, 3 * WAGE, "out");
    }

    function test_EIP7702_aPayerWithBorrowedCodeGetsItsMoneyBack() public {
        address payer = vm.addr(KEY);
        address[4] memory codes = borrowed();
        vm.deal(payer, 4 * WAGE);
        for (uint256 i = 0; i < codes.length; i++) {
            borrow(codes[i]);
            Deal memory deal = draft(PAYEE, WAGE, SK + i);
            deal.payer = payer;
            opened(deal);
            if (i % 2 == 0) {
                vm.prank(PAYEE);
                escrow.release(deal);
            } else {
                vm.warp(deal.claimBy);
                vm.prank(STRANGER);
                escrow.refund(deal);
            }
        }
        same(escrow.credit(payer), 3 * WAGE, "refused");
        same(payer.balance, WAGE, "accepted");
        borrow(address(0)); // gives the code back
        vm.prank(STRANGER);
        escrow.withdrawFor(payer);
        same(payer.balance, 4 * WAGE, "all of it");
    }

    /// It signs transactions with its key and calls back with borrowed code while it is paid.
    function test_EIP7702_aPayeeThatCallsBackWithBorrowedCodeGainsNothing() public {
        address payee = vm.addr(KEY);
        borrow(address(new Reenterer(address(escrow))));
        opened(draft(STRANGER, 10 * WAGE, SK + 1)); // money of others
        Deal memory deal = draft(payee, WAGE, SK);
        bytes[5] memory attacks = [
            abi.encodeCall(Escrow.claim, (deal, bytes32(SK))),
            abi.encodeCall(Escrow.release, (deal)),
            abi.encodeCall(Escrow.refund, (deal)),
            abi.encodeCall(Escrow.withdraw, (payee)),
            abi.encodeCall(Escrow.withdrawFor, (payee))
        ];
        for (uint256 i = 0; i < attacks.length; i++) {
            opened(deal);
            Reenterer(payable(payee)).prepare(attacks[i]);
            escrow.claim(deal, bytes32(SK));
            require(!Reenterer(payable(payee)).succeeded(), "re-entered");
            require(!isOpen(deal), "ended");
        }
        same(payee.balance + escrow.credit(payee), attacks.length * WAGE, "paid once a deal");
        same(address(escrow).balance, 10 * WAGE + escrow.credit(payee), "others' money");
    }

    /// An account that borrows the escrow's own code is another escrow, with its own empty books.
    function test_EIP7702_theEscrowsCodeElsewhereTouchesNothingHere() public {
        address payee = vm.addr(KEY);
        borrow(address(escrow));
        Deal memory deal = opened(draft(payee, WAGE, SK));
        Escrow there = Escrow(payee);
        vm.expectRevert(Escrow.NotOpen.selector);
        there.claim(deal, bytes32(SK));
        require(there.idOf(deal) != escrow.idOf(deal), "another contract");
        vm.prank(PAYER);
        there.open{value: WAGE}(draft(STRANGER, WAGE, SK + 1)); // deposits its payer's own money with that account
        same(address(escrow).balance, WAGE, "here");
        require(isOpen(deal), "still open here");
    }

    // -------------------------------------------------------------------------- precompiles and other oddities

    function test_D11_everyPrecompileIsPaidOrCredited() public {
        uint160[19] memory all =
            [uint160(1), 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 0x100, 0xffff];
        for (uint256 i = 0; i < all.length; i++) {
            address payee = address(all[i]);
            uint256 before = payee.balance;
            Deal memory deal = opened(draft(payee, WAGE, SK + i));
            escrow.claim(deal, bytes32(SK + i));
            same(payee.balance - before + escrow.credit(payee), WAGE, "paid or credited");
        }
        opened(draft(STRANGER, WAGE, SK + 100));
        same(escrow.credit(address(8)), WAGE, "the pairing costs more than a push");
        escrow.withdrawFor(address(8)); // a withdrawal passes all its gas: now the pairing of nothing works
        same(address(8).balance, WAGE, "and the money is lost");
        vm.expectRevert(Escrow.Refused.selector);
        escrow.withdrawFor(address(9)); // fails whatever the gas: this credit stays for ever
    }

    function test_payerPayeeAndCallerMayBeOne() public {
        Deal memory deal = draft(PAYER, WAGE, SK);
        opened(deal);
        vm.prank(PAYER);
        escrow.claim(deal, bytes32(SK));
        same(PAYER.balance, 1_000_000 ether, "back");
    }

    function test_D12_noKeyOpensALockOfTwoEqualAddresses() public {
        Deal memory deal = draft();
        deal.a2 = deal.a1;
        opened(deal);
        uint256[3] memory keys = [SK, N - SK, inverseOfGx()];
        for (uint256 i = 0; i < keys.length; i++) {
            vm.expectRevert(Escrow.WrongSecret.selector);
            escrow.claim(deal, bytes32(keys[i]));
        }
        deal.a2 = first(SK); // and the two in the wrong order
        deal.a1 = second(SK);
        opened(deal);
        vm.expectRevert(Escrow.WrongSecret.selector);
        escrow.claim(deal, bytes32(SK));
    }

    /// s = Gx*sk above and below n/2 (ecrecover takes both), and keys whose second point is G, -G or 2G.
    function test_D12_everyOtherKeyOpensItsOwnLock() public {
        uint256 inv = inverseOfGx();
        uint256[7] memory keys =
            [SK, N - SK, addmod(inv, 1, N), inv - 1, addmod(inv, 2, N), N - inv, mulmod(inv, N / 2, N)];
        for (uint256 i = 0; i < keys.length; i++) {
            escrow.claim(opened(draft(PAYEE, WAGE, keys[i])), bytes32(keys[i]));
        }
        same(PAYEE.balance, 7 * WAGE, "paid");
    }

    // ----------------------------------------------------------------------------------------------- forced ether

    function test_DI3_forcedEtherBelongsToNobody() public {
        Deal memory deal = opened();
        bytes memory dying = abi.encodePacked(hex"73", address(escrow), hex"ff"); // SELFDESTRUCT, while it is created
        assembly {
            pop(create(3000000000000000000, add(dying, 0x20), mload(dying)))
        }
        same(address(escrow).balance, WAGE + 3 ether, "forced");
        Deal memory other = draft(PAYEE, 3 ether, SK + 1);
        vm.prank(PAYER);
        vm.expectRevert(Escrow.WrongAmount.selector);
        escrow.open(other); // nobody deposits with it
        escrow.claim(deal, bytes32(SK));
        same(PAYEE.balance, WAGE, "the wage and no more");
        same(address(escrow).balance, 3 ether, "stays");
    }

    function test_DI3_anAddressThatHadEtherBeforeIsAnEscrowLikeAnyOther() public {
        address next = vm.computeCreateAddress(address(this), nonce);
        vm.deal(next, 5 ether);
        escrow = deploy();
        require(address(escrow) == next, "place");
        Deal memory deal = opened();
        vm.warp(deal.claimBy);
        escrow.refund(deal);
        same(next.balance, 5 ether, "untouched");
    }

    uint256 private constant nonce = 2; // of this test's contract after `setUp`

    // -------------------------------------------------------------------------------------------- re-entrancy

    /// During a withdrawal, with all the gas there is, the owner makes every call. Each does what it does at any time.
    function test_aWithdrawalThatMakesEveryCallMovesWhatIsItsOwnOnly() public {
        Schemer owner = new Schemer(escrow);
        for (uint256 i = 0; i < 40; i++) {
            owner.plan(""); // so many calls cost more than a push
        }
        escrow.claim(opened(draft(address(owner), WAGE, SK)), bytes32(SK));
        same(escrow.credit(address(owner)), WAGE, "credit");
        Refuser other = new Refuser();
        escrow.claim(opened(draft(address(other), 2 * WAGE, SK)), bytes32(SK));
        Deal memory mine = opened(draft(address(owner), WAGE, SK + 1));
        Deal memory others = opened(draft(STRANGER, 7 * WAGE, SK + 2));
        (Deal[] memory deals, bytes32[] memory sks) = (new Deal[](2), new bytes32[](2));
        (deals[0], deals[1], sks[0], sks[1]) = (mine, mine, bytes32(SK + 1), bytes32(SK + 1));
        owner.plan(abi.encodeCall(Escrow.withdraw, (address(owner))));
        owner.plan(abi.encodeCall(Escrow.withdrawFor, (address(owner))));
        owner.plan(abi.encodeCall(Escrow.withdrawFor, (address(other))));
        owner.plan(abi.encodeCall(Escrow.claimMany, (deals, sks))); // works once: its own deal becomes a credit ...
        owner.plan(abi.encodeCall(Escrow.claim, (mine, bytes32(SK + 1))));
        owner.plan(abi.encodeCall(Escrow.release, (mine)));
        owner.plan(abi.encodeCall(Escrow.claim, (others, bytes32(SK + 1))));
        owner.plan(abi.encodeCall(Escrow.refund, (others)));
        escrow.withdrawFor(address(owner));
        same(address(owner).balance + escrow.credit(address(owner)), 2 * WAGE, "two wages and no more");
        same(escrow.credit(address(other)), 2 * WAGE, "another's credit");
        require(isOpen(others) && !isOpen(mine), "deals");
        same(address(escrow).balance, 9 * WAGE + escrow.credit(address(owner)), "the contract's money");
        require(owner.worked() > 0, "it did get a call through");
    }

    function test_aWithdrawalToABomberCopiesNothing() public {
        Burner payee = new Burner();
        escrow.claim(opened(draft(address(payee), WAGE, SK)), bytes32(SK));
        address to = address(new Bomber());
        vm.prank(address(payee));
        escrow.withdraw{gas: 400_000}(to);
        same(to.balance, WAGE, "paid");
    }

    // ------------------------------------------------------------------------------------------------- forks

    /// What README.md says of a fork that takes a new chain id.
    function test_aChangedChainIdLocksOpenDealsAndNoCredit() public {
        Refuser refuser = new Refuser();
        escrow.claim(opened(draft(address(refuser), WAGE, SK)), bytes32(SK));
        Deal memory deal = opened();
        vm.chainId(424242);
        vm.expectRevert(Escrow.NotOpen.selector);
        escrow.claim(deal, bytes32(SK));
        vm.prank(PAYEE);
        vm.expectRevert(Escrow.NotOpen.selector);
        escrow.release(deal);
        vm.warp(deal.claimBy);
        vm.expectRevert(Escrow.NotOpen.selector);
        escrow.refund(deal);
        vm.prank(address(refuser));
        escrow.withdraw(STRANGER);
        same(STRANGER.balance, WAGE, "the credit is free");
        vm.chainId(31337);
        escrow.refund(deal);
        same(address(escrow).balance, 0, "the side that keeps the id");
    }

    /// No other code ever stands at the contract's address: it cannot destroy itself, nor run code of others.
    function test_theCodeCallsAndNothingElse() public view {
        bytes memory code = address(escrow).code;
        uint256[256] memory seen;
        for (uint256 i = 0; i < code.length; i++) {
            uint8 op = uint8(code[i]);
            seen[op]++;
            if (op >= 0x60 && op <= 0x7f) i += op - 0x5f; // what is pushed is no code
        }
        same(seen[0xff] + seen[0xf4] + seen[0xf2] + seen[0xf0] + seen[0xf5], 0, "destroys, delegates or creates");
        require(seen[0xf1] > 0 && seen[0xfa] > 0, "calls and asks ecrecover");
    }

    // ------------------------------------------------------------------------------------------------ inside

    /// Code that refuses, burns all gas, is the escrow's, which takes no ether, and code that accepts.
    function borrowed() private returns (address[4] memory) {
        return [address(new Refuser()), address(new Burner()), address(escrow), address(new Accepting())];
    }

    function borrow(address code) private {
        vm.signAndAttachDelegation(code, KEY);
        (bool ok,) = address(0xD1CE).call(""); // the authorization goes with the next call
        require(ok && (code == address(0)) == (vm.addr(KEY).code.length == 0), "borrowed");
    }
}

contract Accepting {
    receive() external payable {}
}
