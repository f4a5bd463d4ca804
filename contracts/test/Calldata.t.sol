// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Base} from "./Base.sol";
import {Deal, Escrow, Part} from "../src/Escrow.sol";

/// Calldata that no honest encoder makes. The contract reads deals by their place in it, without the compiler's help.
contract CalldataTest is Base {
    uint256 private constant HEAD = 4;

    // -------------------------------------------------------------------------------------------- upper bits

    function test_noBitAboveAnAddressPassesInAnOpenedDeal() public {
        bytes memory data = abi.encodeCall(Escrow.open, (draft()));
        uint256[5] memory words = [uint256(0), 1, 2, 7, 8]; // payer, payee, token, a1, a2
        for (uint256 i = 0; i < words.length; i++) {
            for (uint256 bit = 160; bit < 256; bit++) {
                fails(PAYER, WAGE, flipped(data, words[i], bit));
            }
        }
        same(address(escrow).balance, 0, "nothing was opened");
    }

    function test_noBitAboveAnAddressPassesInABatch() public {
        Part[] memory parts = new Part[](2);
        (parts[0], parts[1]) = (partOf(draft()), partOf(draft(STRANGER, WAGE, SK)));
        bytes memory data = abi.encodeCall(Escrow.openMany, (address(0), START + WINDOW, 1, parts));
        uint256[7] memory words = [uint256(0), 5, 8, 9, 11, 14, 15]; // token, and payee, a1, a2 of both parts
        for (uint256 i = 0; i < words.length; i++) {
            for (uint256 bit = 160; bit < 256; bit++) {
                fails(PAYER, 2 * WAGE, flipped(data, words[i], bit));
            }
        }
        succeeds(PAYER, 2 * WAGE, data);
    }

    function test_noFlippedBitEndsAnOpenDeal() public {
        Deal memory deal = opened();
        bytes memory claim = abi.encodeCall(Escrow.claim, (deal, bytes32(SK)));
        bytes memory release = abi.encodeCall(Escrow.release, (deal));
        bytes memory refund = abi.encodeCall(Escrow.refund, (deal));
        for (uint256 bit = 0; bit < 11 * 256; bit += 7) {
            fails(STRANGER, 0, flipped(claim, bit / 256, bit % 256)); // the last word is the secret
            if (bit >= 10 * 256) continue;
            fails(PAYEE, 0, flipped(release, bit / 256, bit % 256));
        }
        vm.warp(deal.claimBy);
        for (uint256 bit = 0; bit < 10 * 256; bit += 7) {
            fails(STRANGER, 0, flipped(refund, bit / 256, bit % 256));
        }
        same(address(escrow).balance, WAGE, "nothing moved");
    }

    function test_creditsAreAskedForByCleanAddressesOnly() public {
        bytes[3] memory calls = [
            abi.encodeCall(Escrow.withdraw, (STRANGER)),
            abi.encodeCall(Escrow.withdrawFor, (PAYEE)),
            abi.encodeCall(Escrow.credit, (PAYEE))
        ];
        for (uint256 bit = 160; bit < 256; bit++) {
            for (uint256 i = 0; i < 3; i++) {
                fails(STRANGER, 0, flipped(calls[i], 0, bit));
            }
        }
    }

    // ----------------------------------------------------------------------------------------------- lengths

    function test_everyTruncationIsRefused() public {
        Deal memory deal = opened();
        (Deal[] memory deals, bytes32[] memory sks) = (new Deal[](1), new bytes32[](1));
        (deals[0], sks[0]) = (deal, bytes32(SK));
        Part[] memory parts = new Part[](1);
        parts[0] = partOf(draft(STRANGER, WAGE, SK));
        bytes[4] memory calls = [
            abi.encodeCall(Escrow.claim, (deal, bytes32(SK))),
            abi.encodeCall(Escrow.claimMany, (deals, sks)),
            abi.encodeCall(Escrow.openMany, (address(0), START + WINDOW, 1, parts)),
            abi.encodeCall(Escrow.idOf, (deal))
        ];
        for (uint256 i = 0; i < calls.length; i++) {
            uint256 value = i == 2 ? WAGE : 0;
            for (uint256 n = 0; n < calls[i].length; n++) {
                fails(PAYER, value, cut(calls[i], n));
            }
            succeeds(PAYER, value, bytes.concat(calls[i], hex"ffffffffff")); // more than enough is not read
        }
        same(PAYEE.balance, WAGE, "claimed once");
    }

    function test_arraysMayLieAnywhereAndEvenOverlap() public {
        Deal memory deal = draft();
        deal.termsHash = bytes32(uint256(1)); // is read as the length of the secrets, too
        opened(deal);
        // Two offsets, a gap, and one deal, whose last word is the length of the other array.
        bytes memory data = bytes.concat(
            Escrow.claimMany.selector,
            abi.encode(uint256(0x60), uint256(0x1a0), uint256(0xdead), uint256(1), deal, bytes32(SK))
        );
        succeeds(STRANGER, 0, data);
        same(PAYEE.balance, WAGE, "paid");
    }

    function test_offsetsAndLengthsBeyondTheCalldataAreRefused() public {
        Deal memory deal = opened();
        (Deal[] memory deals, bytes32[] memory sks) = (new Deal[](1), new bytes32[](1));
        (deals[0], sks[0]) = (deal, bytes32(SK));
        bytes memory many = abi.encodeCall(Escrow.claimMany, (deals, sks));
        Part[] memory parts = new Part[](1);
        parts[0] = partOf(draft(STRANGER, WAGE, SK));
        bytes memory open = abi.encodeCall(Escrow.openMany, (address(0), START + WINDOW, 1, parts));
        // The last two times the size of an item wrap round to a small number of bytes.
        uint256[7] memory lies = [
            uint256(2),
            1 << 32,
            (1 << 64) - 1,
            1 << 255,
            type(uint256).max,
            type(uint256).max / 0x140 + 2,
            type(uint256).max / 0xc0 + 2
        ];
        for (uint256 i = 0; i < lies.length; i++) {
            fails(STRANGER, 0, with(many, 2, lies[i])); // lengths
            fails(STRANGER, 0, with(many, 13, lies[i]));
            fails(PAYER, WAGE, with(open, 4, lies[i]));
            if (i == 0) continue; // an offset of 2 is small enough to be one
            fails(STRANGER, 0, with(many, 0, lies[i]));
            fails(STRANGER, 0, with(many, 1, lies[i]));
            fails(PAYER, WAGE, with(open, 3, lies[i]));
        }
        require(isOpen(deal), "still open");
        same(address(escrow).balance, WAGE, "nothing moved");
    }

    /// The offset names the head itself, so that token, deadline or kind of lock is the number of parts.
    function test_aBatchInsideItsOwnHeadOpensNothing() public {
        bytes memory data = bytes.concat(
            Escrow.openMany.selector, abi.encode(address(0), START + WINDOW, uint256(1), uint256(0), bytes32(0))
        );
        fails(PAYER, WAGE, data); // no parts, so the value is too much
        succeeds(PAYER, 0, data);
        fails(PAYER, WAGE, with(data, 3, 0x20));
        fails(PAYER, WAGE, with(data, 3, 0x40));
    }

    /// Whatever the bytes are: nobody but payer and payee is paid, and nothing is paid without the secret.
    function testFuzz_junkBehindAnySelectorMovesNothing(uint8 which, bytes calldata junk, uint256 value) public {
        Deal memory deal = opened();
        bytes4[9] memory selectors = [
            Escrow.open.selector,
            Escrow.openMany.selector,
            Escrow.claim.selector,
            Escrow.claimMany.selector,
            Escrow.refund.selector,
            Escrow.release.selector,
            Escrow.withdraw.selector,
            Escrow.withdrawFor.selector,
            bytes4(junk)
        ];
        vm.deal(STRANGER, 1 ether);
        value = value % 3 == 0 ? WAGE : 0;
        vm.prank(STRANGER);
        (bool ok,) = address(escrow).call{value: value}(bytes.concat(selectors[which % 9], junk));
        same(address(escrow).balance, WAGE + (ok ? value : 0), "the contract's money");
        require(isOpen(deal), "open");
    }

    // ------------------------------------------------------------------------------------------------- views

    function test_viewsOfJunkAreZero() public view {
        same(escrow.slot(0), 0, "no deal");
        same(escrow.slot(bytes32(type(uint256).max)), 0, "no deal");
        same(escrow.credit(address(0)), 0, "nobody");
        same(escrow.credit(address(escrow)), 0, "the contract itself");
    }

    // ------------------------------------------------------------------------------------------------ inside

    function flipped(bytes memory data, uint256 word, uint256 bit) private pure returns (bytes memory other) {
        other = bytes.concat(data);
        other[HEAD + 32 * word + 31 - bit / 8] ^= bytes1(uint8(1 << (bit % 8)));
    }

    function with(bytes memory data, uint256 word, uint256 value) private pure returns (bytes memory other) {
        other = bytes.concat(data);
        assembly {
            mstore(add(add(other, 0x24), mul(word, 0x20)), value)
        }
    }

    function cut(bytes memory data, uint256 length) private pure returns (bytes memory other) {
        other = bytes.concat(data);
        assembly {
            mstore(other, length)
        }
    }

    function fails(address caller, uint256 value, bytes memory data) private {
        vm.prank(caller);
        (bool ok,) = address(escrow).call{value: value}(data);
        require(!ok, "accepted");
    }

    function succeeds(address caller, uint256 value, bytes memory data) private {
        vm.prank(caller);
        (bool ok,) = address(escrow).call{value: value}(data);
        require(ok, "refused");
    }
}
