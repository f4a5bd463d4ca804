// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Burner, Reenterer, Refuser, Wallet} from "./Actors.sol";
import {Base} from "./Base.sol";
import {Deal, Escrow, Part} from "../src/Escrow.sol";

/// Drives one escrow with many actors in any order, and keeps a model of it beside: which deals are open, who was paid
/// what. Every action predicts its outcome from the model and fails if the contract does anything else.
contract Handler is Base {
    uint256 internal constant MANY = 4;

    struct Entry {
        Deal deal;
        uint256 sk;
        bool open;
    }

    Entry[] private entries;
    address[] public payers;
    address[] public payees;
    Refuser public refuser; // pays deals and is paid; accepts ether only in some phases

    uint256 public openSum; // amounts of the open deals
    uint256 public forced; // ether that came in by force
    mapping(address => uint256) public expected; // what each actor should hold, credits included
    uint256 public revealed; // deals that were paid against a secret
    uint256 public refunded;
    uint256 private count;

    constructor() {
        vm.warp(START);
        escrow = deploy();
        refuser = new Refuser();
        payers = [PAYER, address(uint160(0xAAA1)), address(refuser)];
        Reenterer reenterer = new Reenterer(address(escrow));
        payees = [PAYEE, address(uint160(0xBBB1)), address(refuser), address(new Burner()), address(reenterer)];
        payees.push(address(new Wallet()));
        for (uint256 i = 0; i < payers.length; i++) {
            vm.deal(payers[i], 1_000_000 ether);
            expected[payers[i]] = 1_000_000 ether;
        }
    }

    // ----------------------------------------------------------------------------------------------- opening

    function open(uint256 payer, uint256 payee, uint256 amount, uint256 window) external {
        Deal memory deal = fresh(payer, payee, amount, window);
        opened(deal);
        noteOpen(deal);
    }

    function openMany(uint256 payer, uint256 payee, uint256 amount, uint256 window) external {
        Part[] memory parts = new Part[](MANY);
        uint256 sum;
        Deal memory deal;
        for (uint256 i = 0; i < MANY; i++) {
            deal = fresh(payer, payee % 100 + i % 2, amount / 2 + i, window);
            parts[i] = partOf(deal);
            sum += deal.amount;
            noteOpen(deal);
        }
        vm.prank(deal.payer);
        escrow.openMany{value: sum}(deal.token, deal.claimBy, deal.lockKind, parts);
    }

    /// Reopens a deal that has ended, as a careless payer would.
    function reopen(uint256 which) external {
        if (entries.length == 0) return;
        Entry storage e = entries[which % entries.length];
        uint256 window = e.deal.claimBy > block.timestamp ? e.deal.claimBy - block.timestamp : 0;
        bool can = !e.open && window >= 60;
        vm.prank(e.deal.payer);
        try escrow.open{value: e.deal.amount}(e.deal) {
            require(can, "opened what is open, or too late");
            expected[e.deal.payer] -= e.deal.amount;
            openSum += e.deal.amount;
            e.open = true;
        } catch {
            require(!can, "did not open");
        }
    }

    // ------------------------------------------------------------------------------------------------ ending

    /// D8, D12, R5: pays the payee iff the deal is open, in time, and the secret is right, whoever calls.
    function claim(uint256 which, uint256 wrongKey, address caller) external {
        if (entries.length == 0) return;
        Entry storage e = entries[which % entries.length];
        uint256 sk = wrongKey % 3 == 0 ? wrongKey : e.sk;
        bool can = e.open && block.timestamp < e.deal.claimBy && sk == e.sk;
        arm(abi.encodeCall(Escrow.claim, (e.deal, bytes32(e.sk))));
        vm.prank(caller);
        try escrow.claim(e.deal, bytes32(sk)) {
            require(can, "paid without the secret, twice, or too late");
            noteEnd(e, e.deal.payee);
            revealed++;
        } catch {
            require(!can, "claim refused");
        }
        arm(abi.encodeCall(Escrow.withdrawFor, (payees[4])));
    }

    /// Several entries, some good and some bad in every way: it never reverts and pays exactly the good ones.
    function claimMany(uint256 seed) external {
        if (entries.length == 0) return;
        Deal[] memory deals = new Deal[](MANY);
        bytes32[] memory sks = new bytes32[](MANY);
        for (uint256 i = 0; i < MANY; i++) {
            uint256 bits = uint256(keccak256(abi.encode(seed, i)));
            Entry storage e = entries[bits % entries.length];
            deals[i] = e.deal;
            sks[i] = bytes32(bits % 5 == 0 ? bits : e.sk);
            if (bits % 7 == 0) {
                deals[i].amount += 1;
            } else if (e.open && block.timestamp < e.deal.claimBy && uint256(sks[i]) == e.sk) {
                noteEnd(e, e.deal.payee);
                revealed++;
            }
        }
        vm.prank(STRANGER);
        escrow.claimMany(deals, sks);
    }

    /// R5: pays the payer back iff the deal is open and the deadline has come, whoever calls.
    function refund(uint256 which, address caller) external {
        if (entries.length == 0) return;
        Entry storage e = entries[which % entries.length];
        bool can = e.open && block.timestamp >= e.deal.claimBy;
        vm.prank(caller);
        try escrow.refund(e.deal) {
            require(can, "refunded too early or twice");
            noteEnd(e, e.deal.payer);
            refunded++;
        } catch {
            require(!can, "refund refused");
        }
    }

    function release(uint256 which, uint256 who) external {
        if (entries.length == 0) return;
        Entry storage e = entries[which % entries.length];
        address caller = who % 3 == 0 ? STRANGER : e.deal.payee;
        bool can = e.open && caller == e.deal.payee;
        vm.prank(caller);
        try escrow.release(e.deal) {
            require(can, "released by another, or twice");
            noteEnd(e, e.deal.payer);
        } catch {
            require(!can, "release refused");
        }
    }

    // --------------------------------------------------------------------------------------------- the world

    function withdrawFor(uint256 who) external {
        address owner = payees[who % payees.length];
        uint256 before = escrow.credit(owner);
        vm.prank(STRANGER);
        try escrow.withdrawFor(owner) {
            require(before != 0 && escrow.credit(owner) == 0, "withdrew nothing");
        } catch {
            require(escrow.credit(owner) == before, "credit changed");
        }
    }

    /// The owner of a credit sends it to another of the actors.
    function withdraw(uint256 who) external {
        address owner = payees[who % payees.length];
        uint256 amount = escrow.credit(owner);
        vm.prank(owner);
        try escrow.withdraw(PAYEE) {
            require(amount != 0, "withdrew nothing");
            expected[owner] -= amount;
            expected[PAYEE] += amount;
        } catch {
            require(amount == 0, "stuck credit");
        }
    }

    function pass(uint256 time) external {
        vm.warp(block.timestamp + bounded(time, 0, 2 hours));
    }

    /// Right to the deadline of some deal, or one second before it.
    function passToDeadline(uint256 which) external {
        if (entries.length == 0) return;
        uint256 time = entries[which % entries.length].deal.claimBy - which % 2;
        if (time > block.timestamp) vm.warp(time);
    }

    function acceptOrRefuse(bool accepting) external {
        refuser.accept(accepting);
    }

    function force(uint256 amount) external {
        amount = bounded(amount, 0, 1 ether);
        vm.deal(address(escrow), address(escrow).balance + amount);
        forced += amount;
    }

    // ------------------------------------------------------------------------------- what the invariants read

    function target() external view returns (Escrow) {
        return escrow;
    }

    function length() external view returns (uint256) {
        return entries.length;
    }

    function entry(uint256 i) external view returns (Entry memory) {
        return entries[i];
    }

    function actors() external view returns (address[] memory all) {
        all = new address[](payees.length + 2);
        for (uint256 i = 0; i < payees.length; i++) {
            all[i] = payees[i];
        }
        all[payees.length] = payers[0];
        all[payees.length + 1] = payers[1]; // the third payer is among the payees
    }

    // ------------------------------------------------------------------------------------------------- inside

    function fresh(uint256 payer, uint256 payee, uint256 amount, uint256 window) private returns (Deal memory deal) {
        uint256 sk = keyFrom(uint256(keccak256(abi.encode(++count))));
        deal = draft(payees[payee % payees.length], bounded(amount, 1, 10 ether), sk);
        deal.payer = payers[payer % payers.length];
        deal.claimBy = block.timestamp + bounded(window, 60, 8 hours);
        deal.salt = bytes32(count);
        entries.push(Entry(deal, sk, false));
    }

    function noteOpen(Deal memory deal) private {
        entries[entries.length - 1].open = true;
        expected[deal.payer] -= deal.amount;
        openSum += deal.amount;
    }

    function noteEnd(Entry storage e, address to) private {
        e.open = false;
        openSum -= e.deal.amount;
        expected[to] += e.deal.amount;
    }

    /// What the re-entering payee does while it is being paid: during a claim it claims the same deal again, at other
    /// times it withdraws its credit (again).
    function arm(bytes memory attack) private {
        Reenterer(payable(payees[4])).prepare(attack);
    }
}
