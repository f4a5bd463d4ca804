// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Base, Vm} from "./Base.sol";
import {Deal, Escrow} from "../src/Escrow.sol";

/// What went wrong in contracts that were published before this one, tried on this one. Where each failure can be read
/// is said in docs/concepts/published-failures.md, which names every test of this file.
contract PublishedFailuresTest is Base {
    bytes32 private constant REVEALED = keccak256("Revealed(bytes32,bytes32)");

    /// FairSwap (CCS 2018), lEthDev/FairSwap FairFileSale.sol: whoever got junk is paid back only by a complaint, and
    /// `vrfy` reads past the end of the proof, so every complaint reverts. Here money needs no complaint to go back.
    function test_FairSwap_moneyGoesBackWithoutAnyComplaint() public {
        Deal memory deal = opened();
        vm.warp(deal.claimBy);
        uint256 before = PAYER.balance;
        vm.prank(STRANGER);
        escrow.refund(deal);
        same(PAYER.balance, before + WAGE, "the payer has its wage back");
    }

    /// OptiSwap (AsiaCCS 2020), CryBtoS/OptiSwap fileSalePessimistic.sol: anybody may call startDisputeResolution and
    /// name itself the sender, who is paid in the end. Here no call of a stranger moves money to it.
    function testFuzz_OptiSwap_noCallOfAStrangerTakesTheEscrow(uint8 which, uint256 wrong, uint256 time) public {
        Deal memory deal = opened();
        vm.assume(keyFrom(wrong) != SK);
        vm.warp(bounded(time, START, deal.claimBy + WINDOW));
        vm.prank(STRANGER);
        (bool done,) = address(escrow).call(attack(deal, which, keyFrom(wrong)));
        same(STRANGER.balance, 0, "the stranger has nothing");
        if (isOpen(deal)) same(address(escrow).balance, WAGE, "the wage is still there");
        else require(done && block.timestamp >= deal.claimBy && which % 5 == 1, "only a refund ended the deal");
    }

    function attack(Deal memory deal, uint8 which, uint256 sk) private view returns (bytes memory) {
        if (which % 5 == 0) return abi.encodeCall(escrow.claim, (deal, bytes32(sk)));
        if (which % 5 == 1) return abi.encodeCall(escrow.refund, (deal));
        if (which % 5 == 2) return abi.encodeCall(escrow.release, (deal));
        if (which % 5 == 3) return abi.encodeCall(escrow.withdraw, (STRANGER));
        return abi.encodeCall(escrow.withdrawFor, (PAYER));
    }

    /// SmartJudge (ICBC 2019), COMSYS/smartjudge mediator.sol: `timeout` requires that the time is *not* over, so the
    /// buyer takes both stakes at once. Airtnt (2018), Algorithm 4, prints the same mistake.
    function testFuzz_SmartJudge_Airtnt_theDeadlineIsNotInverted(uint256 time) public {
        Deal memory deal = opened();
        vm.warp(bounded(time, START, deal.claimBy + WINDOW));
        vm.prank(PAYER);
        (bool refunded,) = address(escrow).call(abi.encodeCall(escrow.refund, (deal)));
        require(refunded == (block.timestamp >= deal.claimBy), "the buyer takes the money back too early, or never");
        if (!refunded) {
            escrow.claim(deal, bytes32(SK));
            same(PAYEE.balance, WAGE, "the seller is paid before the deadline");
        }
    }

    /// zkPoD, sec-bit/zkPoD-contract zkPoDExchange.sol: settleComplaintDeal compares the state with DEAL instead of
    /// setting it, so that one sale is settled again and again.
    function test_zkPoD_oneDealSettlesOnce() public {
        Deal memory deal = opened();
        Deal memory other = draft();
        other.salt = bytes32(uint256(8) << 192);
        opened(other); // somebody else's money, which a second settlement would take
        escrow.claim(deal, bytes32(SK));
        vm.expectRevert(Escrow.NotOpen.selector);
        escrow.claim(deal, bytes32(SK));
        Deal[] memory twice = new Deal[](2);
        (twice[0], twice[1]) = (deal, deal);
        bytes32[] memory keys = new bytes32[](2);
        (keys[0], keys[1]) = (bytes32(SK), bytes32(SK));
        escrow.claimMany(twice, keys);
        vm.warp(deal.claimBy);
        vm.expectRevert(Escrow.NotOpen.selector);
        escrow.refund(deal);
        same(PAYEE.balance, WAGE, "one wage was paid");
        same(address(escrow).balance, WAGE, "the other deal's money is there");
    }

    /// Airtnt (2018): a contract is deployed for each channel, whose code each party must read. Here one instance
    /// without owner or parameters serves all.
    function test_Airtnt_oneContractServesEverybody() public {
        bytes32 code = address(escrow).codehash;
        Deal memory deal = opened();
        Deal memory other = draft(STRANGER, WAGE, 5);
        other.payer = address(0xD0D0);
        vm.deal(other.payer, WAGE);
        opened(other);
        escrow.claim(other, bytes32(uint256(5)));
        require(isOpen(deal) && !isOpen(other), "one deal touches the other");
        require(address(escrow).codehash == code && address(deploy()).codehash == code, "two kinds of code");
    }

    /// Perun channels pay and deliver nothing: that the buyer gets something for the payment is left to others. Here a
    /// payment is a publication of the key.
    function testFuzz_Perun_whoIsPaidHasPublishedTheKey(uint256 seed, uint256 tried) public {
        uint256 sk = keyFrom(seed);
        Deal memory deal = opened(draft(PAYEE, WAGE, sk));
        vm.recordLogs();
        (bool paid,) =
            address(escrow).call(abi.encodeCall(escrow.claim, (deal, bytes32(tried % 2 == 0 ? sk : keyFrom(tried)))));
        Vm.Log[] memory logs = vm.getRecordedLogs();
        same(PAYEE.balance, paid ? WAGE : 0, "paid iff the claim succeeded");
        if (!paid) return;
        require(logs.length == 1 && logs[0].topics[0] == REVEALED, "the key is not published");
        require(first(uint256(abi.decode(logs[0].data, (bytes32)))) == deal.a1, "another key is published");
    }

    /// x402: the seller holds a signed payment before it answers, and may cash it and answer nothing or junk. Here the
    /// seller alone can do nothing with a deposit but show the key, or give it back.
    function test_x402_aSellerWhoShowsNoKeyIsNotPaid() public {
        Deal memory deal = opened();
        vm.prank(PAYEE);
        vm.expectRevert(Escrow.WrongSecret.selector);
        escrow.claim(deal, bytes32(uint256(1)));
        vm.prank(PAYEE);
        vm.expectRevert(Escrow.NoCredit.selector);
        escrow.withdraw(PAYEE);
        vm.warp(deal.claimBy);
        vm.prank(PAYEE);
        vm.expectRevert(Escrow.TooLate.selector);
        escrow.claim(deal, bytes32(SK));
        escrow.refund(deal);
        same(PAYEE.balance, 0, "the seller got nothing");
    }

    /// ERC-8183: a job's evaluator alone says whether the provider is paid or the client, and may be anybody's account.
    /// Here nobody decides: for the same deal and time every caller gets the same result.
    function testFuzz_ERC8183_nobodyDecides(address caller, bool byKey) public {
        vm.assume(caller != address(escrow) && caller.code.length == 0 && uint160(caller) > 0xffff);
        Deal memory deal = opened();
        uint256 paid = PAYEE.balance;
        uint256 back = PAYER.balance;
        if (!byKey) vm.warp(deal.claimBy);
        vm.prank(caller);
        if (byKey) escrow.claim(deal, bytes32(SK));
        else escrow.refund(deal);
        same(PAYEE.balance - paid, byKey ? WAGE : 0, "the key pays the payee, whoever calls");
        same(PAYER.balance - back, byKey ? 0 : WAGE, "the deadline pays the payer, whoever calls");
    }
}
