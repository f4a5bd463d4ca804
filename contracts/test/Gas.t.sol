// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Bomber, Burner, Refuser, Wallet} from "./Actors.sol";
import {Base} from "./Base.sol";
import {Deal, Escrow, Part} from "../src/Escrow.sol";

/// How little gas a call may have, and whether the limits that README.md states are enough for the worst recipients.
contract GasTest is Base {
    /// What a transaction pays before the contract runs, at its worst: no zero byte in the calldata.
    uint256 private constant BASE = 21_000;
    uint256 private constant BYTE = 16;
    uint256 private constant DEAL_CALL = BASE + (4 + 10 * 32) * BYTE;

    /// The limits of README.md.
    uint256 private constant OPEN = 60_000;
    uint256 private constant END = 130_000;
    uint256 private constant OPEN_MANY = 50_000;
    uint256 private constant OPEN_EACH = 30_000;
    uint256 private constant CLAIM_MANY = 120_000;
    uint256 private constant CLAIM_EACH = 110_000;

    /// The precompile with the dearest answer to an empty call: it costs more than a push, so the push fails. As long as
    /// it never held ether it is a new account too, and nothing is worse for a payer of gas.
    address private constant PAIRING = address(0x08);

    /// Notes the gas it starts with: GAS PUSH0 SSTORE STOP.
    bytes private constant METER = hex"5a5f5500";

    function test_aPushGivesExactlyItsGas() public {
        address payee = address(uint160(0x3E7E4));
        vm.etch(payee, METER);
        escrow.claim(opened(draft(payee, WAGE, SK)), bytes32(SK));
        same(uint256(vm.load(payee, 0)), 30_000 + 2_300 - 2, "a push, its stipend, less GAS itself");
        (Deal[] memory deals, bytes32[] memory sks) = (new Deal[](1), new bytes32[](1));
        (deals[0], sks[0]) = (opened(draft(payee, WAGE, SK)), bytes32(SK));
        escrow.claimMany(deals, sks);
        same(uint256(vm.load(payee, 0)), 30_000 + 2_300 - 2, "the same in a batch");
    }

    /// At every amount of gas: the call fails and changes nothing, or it does to the payee what plenty of gas does.
    function test_D11_noAmountOfGasChangesWhatAClaimDoes() public {
        address[7] memory payees = recipients();
        for (uint256 i = 0; i < payees.length; i++) {
            Deal memory deal = opened(draft(payees[i], WAGE, SK));
            uint256 snapshot = vm.snapshotState();
            escrow.claim(deal, bytes32(SK));
            bool credited = escrow.credit(payees[i]) != 0;
            vm.revertToState(snapshot);
            uint256 least = leastGas(deal, credited);
            require(least > 70_000 && least < END, "least gas");
            for (uint256 more = 0; more < 40_000; more += 1 + more / 3) {
                require(claimedWith(least + more, deal, credited), "more gas, and it fails again");
            }
        }
    }

    function test_D11_noAmountOfGasChangesWhatABatchDoes() public {
        address[7] memory payees = recipients();
        (Deal[] memory deals, bytes32[] memory sks) = batch(payees);
        uint256 succeeded;
        for (uint256 gas_ = 30_000; gas_ < 800_000; gas_ += 7_777) {
            uint256 snapshot = vm.snapshotState();
            cool(payees);
            vm.prank(STRANGER);
            (bool ok,) = address(escrow).call{gas: gas_}(abi.encodeCall(Escrow.claimMany, (deals, sks)));
            uint256 held = address(escrow).balance;
            for (uint256 i = 0; i < payees.length; i++) {
                require(isOpen(deals[i]) != ok, "all or nothing");
                bool refuses = i == 3 || i == 4 || i == 5;
                same(escrow.credit(payees[i]), ok && refuses ? WAGE : 0, "credit");
            }
            same(held, ok ? 3 * WAGE : 7 * WAGE, "the contract's money");
            require(ok || succeeded == 0, "more gas, and it fails again");
            if (ok) succeeded++;
            vm.revertToState(snapshot);
        }
        require(succeeded > 9, "never succeeded");
    }

    function test_theStatedGasOfOpeningIsEnough() public {
        Deal memory deal = draft();
        vm.cool(address(escrow));
        vm.prank(PAYER);
        escrow.open{value: WAGE, gas: OPEN - DEAL_CALL}(deal);
        for (uint256 n = 1; n <= 30; n += 29) {
            Part[] memory parts = new Part[](n);
            for (uint256 i = 0; i < n; i++) {
                parts[i] = partOf(draft(PAYEE, WAGE, SK + n + i));
            }
            uint256 intrinsic = BASE + (4 + 5 * 32 + n * 6 * 32) * BYTE;
            vm.cool(address(escrow));
            vm.prank(PAYER);
            escrow.openMany{value: n * WAGE, gas: OPEN_MANY + n * OPEN_EACH - intrinsic}(
                address(0), START + WINDOW, 1, parts
            );
        }
    }

    function test_theStatedGasOfEndingIsEnoughForTheWorstRecipient() public {
        address[7] memory payees = recipients();
        for (uint256 i = 0; i < payees.length; i++) {
            Deal memory deal = opened(draft(payees[i], WAGE, SK));
            cool(payees);
            vm.prank(STRANGER);
            escrow.claim{gas: END - DEAL_CALL - 32 * BYTE}(deal, bytes32(SK));
            deal.payer = payees[i];
            deal.payee = PAYEE;
            vm.deal(payees[i], WAGE);
            opened(deal);
            uint256 snapshot = vm.snapshotState();
            cool(payees);
            vm.prank(PAYEE);
            escrow.release{gas: END - DEAL_CALL}(deal);
            vm.revertToState(snapshot);
            vm.warp(deal.claimBy);
            cool(payees);
            vm.prank(STRANGER);
            escrow.refund{gas: END - DEAL_CALL}(deal);
            vm.warp(START);
        }
    }

    function test_theStatedGasOfClaimManyIsEnoughForTheWorstRecipients() public {
        claimsWithStatedGas(repeated(PAIRING, 1));
        claimsWithStatedGas(repeated(address(0), 30)); // a fresh account each
        // The precompiles that fail on an empty call, each new and without a credit so far; then the same once more.
        address[] memory worst = new address[](20);
        for (uint256 i = 0; i < 20; i++) {
            worst[i] = address(uint160(PAIRING) + uint160(i % 10));
        }
        claimsWithStatedGas(worst);
        same(escrow.credit(PAIRING), 3 * WAGE, "they do fail");
        for (uint256 i = 0; i < 20; i++) {
            worst[i] = address(new Burner());
        }
        claimsWithStatedGas(worst);
    }

    // ------------------------------------------------------------------------------------------------ inside

    /// Three that take the money, three that do not, and one that may.
    function recipients() private returns (address[7] memory) {
        return [
            PAYEE,
            address(uint160(0xF4E54)), // never heard of
            address(new Wallet()),
            address(new Refuser()),
            address(new Burner()),
            PAIRING,
            address(uint160(0xF4E55))
        ];
    }

    function repeated(address payee, uint256 n) private pure returns (address[] memory payees) {
        payees = new address[](n);
        for (uint256 i = 0; i < n; i++) {
            payees[i] = payee == address(0) ? address(uint160(uint256(keccak256(abi.encode(n, i))))) : payee;
        }
    }

    function batch(address[7] memory payees) private returns (Deal[] memory deals, bytes32[] memory sks) {
        (deals, sks) = (new Deal[](7), new bytes32[](7));
        for (uint256 i = 0; i < 7; i++) {
            deals[i] = opened(draft(payees[i], WAGE, SK + i));
            sks[i] = bytes32(SK + i);
        }
    }

    /// One claim of deals with these payees, nothing of which was touched before in the transaction.
    function claimsWithStatedGas(address[] memory payees) private {
        uint256 n = payees.length;
        (Deal[] memory deals, bytes32[] memory sks) = (new Deal[](n), new bytes32[](n));
        for (uint256 i = 0; i < n; i++) {
            deals[i] = draft(payees[i], WAGE, SK + i);
            deals[i].salt = keccak256(abi.encode(payees, i));
            opened(deals[i]);
            sks[i] = bytes32(SK + i);
        }
        uint256 intrinsic = BASE + (4 + 4 * 32 + n * 11 * 32) * BYTE;
        vm.cool(address(escrow));
        for (uint256 i = 0; i < n; i++) {
            vm.cool(payees[i]);
        }
        escrow.claimMany{gas: CLAIM_MANY + n * CLAIM_EACH - intrinsic}(deals, sks);
        for (uint256 i = 0; i < n; i++) {
            require(!isOpen(deals[i]), "claimed");
        }
    }

    function cool(address[7] memory payees) private {
        vm.cool(address(escrow));
        for (uint256 i = 0; i < payees.length; i++) {
            vm.cool(payees[i]);
        }
    }

    /// The least gas with which the claim works; the 40 amounts below it are tried one by one.
    function leastGas(Deal memory deal, bool credited) private returns (uint256 least) {
        uint256 low = 20_000;
        least = END;
        while (least - low > 1) {
            uint256 middle = (low + least) / 2;
            if (claimedWith(middle, deal, credited)) least = middle;
            else low = middle;
        }
        for (uint256 less = 2; less < 40; less++) {
            require(!claimedWith(least - less, deal, credited), "less gas, and it works");
        }
    }

    function claimedWith(uint256 gas_, Deal memory deal, bool credited) private returns (bool ok) {
        uint256 snapshot = vm.snapshotState();
        vm.cool(address(escrow));
        vm.cool(deal.payee);
        uint256 before = deal.payee.balance;
        vm.prank(STRANGER);
        (ok,) = address(escrow).call{gas: gas_}(abi.encodeCall(Escrow.claim, (deal, bytes32(SK))));
        require(isOpen(deal) != ok, "ended iff it succeeded");
        same(escrow.credit(deal.payee), ok && credited ? WAGE : 0, "credit");
        same(deal.payee.balance - before, ok && !credited ? WAGE : 0, "payment");
        vm.revertToState(snapshot);
    }
}
