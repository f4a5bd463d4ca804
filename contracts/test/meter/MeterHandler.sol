// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Burner, Refuser} from "../Actors.sol";
import {MeterBase} from "./MeterBase.sol";
import {Meter} from "../../src/Meter.sol";

/// Drives one meter with many actors in any order, and keeps a model of it beside: which channels are open, what was
/// signed, who was paid what and who refused it. Every action predicts its outcome from the model and fails if the
/// contract does anything else.
contract MeterHandler is MeterBase {
    uint256 public constant ACTORS = 5;
    uint256 private constant KEYS = 3; // of payees that sign; two more are contracts
    uint256 private constant WEALTH = 1_000_000 ether;

    struct Entry {
        Channel channel;
        uint256 deposit; // zero = not open
        uint256 signerKey;
        Update[] updates;
    }

    Entry[] private entries;
    address[] private actors;
    uint256[] private keys;
    Refuser private refuser;

    uint256 public openSum;
    mapping(address => uint256) public expected; // what each actor should hold, credits included
    mapping(address => uint256) public refused; // what each refused and has not taken since

    constructor() {
        vm.warp(START);
        meter = deployMeter();
        refuser = new Refuser();
        for (uint256 i = 0; i < KEYS; i++) {
            keys.push(0xAC7000 + i);
            actors.push(vm.addr(keys[i]));
        }
        actors.push(address(refuser));
        actors.push(address(new Burner()));
        for (uint256 i = 0; i < ACTORS; i++) {
            vm.deal(actors[i], WEALTH);
            expected[actors[i]] = WEALTH;
        }
        newChannel(0, 1, DEPOSIT, 1 hours);
        newChannel(1, 2, DEPOSIT, 1 hours);
    }

    // ------------------------------------------------------------------------------------------------- actions

    function open(uint256 payer, uint256 payee, uint256 amount, uint256 window) external {
        newChannel(payer, payee, amount, window);
    }

    function newChannel(uint256 payer, uint256 payee, uint256 amount, uint256 window) private {
        uint256 signerKey = 0x516000 + entries.length;
        entries.push();
        Entry storage e = entries[entries.length - 1];
        e.signerKey = signerKey;
        e.channel = Channel(
            actors[payer % ACTORS],
            actors[payee % ACTORS],
            vm.addr(signerKey),
            block.timestamp + bounded(window, 60, 8 hours),
            bytes32(entries.length)
        );
        e.deposit = bounded(amount, 1, 10 ether);
        openedChannel(e.channel, e.deposit);
        openSum += e.deposit;
        expected[e.channel.payer] -= e.deposit;
    }

    function topUp(uint256 which, uint256 who, uint256 amount) external {
        Entry storage e = entries[which % entries.length];
        address caller = actors[who % ACTORS];
        amount = bounded(amount, 0, 1 ether);
        bool can = e.deposit != 0 && amount != 0;
        bytes32 id = channelId(e.channel);
        vm.prank(caller);
        try meter.topUp{value: amount}(id, e.channel.signer) {
            require(can, "topped up what is not open");
            e.deposit += amount;
            openSum += amount;
            expected[caller] -= amount;
        } catch {
            require(!can, "top-up refused");
        }
    }

    /// The payer signs a total, also one that is too high, or lower than one before.
    function sign(uint256 which, uint256 total) external {
        Entry storage e = entries[which % entries.length];
        total = total % 3 == 0 ? bounded(total, 0, 12 ether) : bounded(total, 0, e.deposit);
        e.updates.push(update(e.channel, total, keccak256(abi.encode(which, total)), e.signerKey));
    }

    /// A10, A-I11: only the payee closes, with any update of this very channel.
    function close(uint256 which, uint256 newest, uint256 who, bool another) external {
        (Entry storage e, Update memory u, bool has) = picked(which, newest, another);
        if (!has) return;
        address caller = who % 2 == 0 ? e.channel.payee : actors[who % ACTORS];
        bool can = e.deposit != 0 && block.timestamp < e.channel.timeout && u.total <= e.deposit && !another
            && caller == e.channel.payee;
        vm.prank(caller);
        try meter.close(e.channel.payer, e.channel.timeout, e.channel.xid, u.total, u.secret, u.r, u.vs) {
            require(can, "closed by another, twice, too late, too high, or with a foreign update");
            noteEnd(e, u.total);
        } catch {
            require(!can, "close refused");
        }
    }

    /// F8, A-I11: anybody closes with what the payee signed, from notBefore on.
    function closeFor(uint256 which, uint256 newest, uint256 wait, uint256 who) external {
        (Entry storage e, Update memory u, bool has) = picked(which, newest, false);
        if (!has) return;
        Channel memory c = e.channel;
        uint256 notBefore = block.timestamp + bounded(wait, 0, 2) - 1;
        bytes32 record = closeHash(channelId(c), u.total, u.secret, notBefore);
        uint256 key = keys[who % KEYS];
        (bytes32 r, bytes32 vs) = signed(key, digest(record));
        bool can = e.deposit != 0 && notBefore <= block.timestamp && block.timestamp < c.timeout
            && u.total <= e.deposit && vm.addr(key) == c.payee;
        vm.prank(STRANGER);
        try meter.closeFor(
            c.payee, c.payer, c.timeout, c.xid, u.total, u.secret, u.r, u.vs, notBefore, r, vs
        ) {
            require(can, "closed too early, or without the payee");
            noteEnd(e, u.total);
        } catch {
            require(!can, "closeFor refused");
        }
    }

    /// A-I11: before the timeout nobody but the payee moves money.
    function refund(uint256 which, uint256 who) external {
        Entry storage e = entries[which % entries.length];
        Channel memory c = e.channel;
        bool can = e.deposit != 0 && block.timestamp >= c.timeout;
        vm.prank(actors[who % ACTORS]);
        try meter.refund(c.payer, c.payee, c.signer, c.timeout, c.xid) {
            require(can, "refunded too early or twice");
            noteEnd(e, 0);
        } catch {
            require(!can, "refund refused");
        }
    }

    function release(uint256 which, uint256 who) external {
        Entry storage e = entries[which % entries.length];
        Channel memory c = e.channel;
        address caller = who % 2 == 0 ? c.payee : actors[who % ACTORS];
        bool can = e.deposit != 0 && caller == c.payee;
        vm.prank(caller);
        try meter.release(c.payer, c.signer, c.timeout, c.xid) {
            require(can, "released by another, or twice");
            noteEnd(e, 0);
        } catch {
            require(!can, "release refused");
        }
    }

    function withdrawFor(uint256 who) external {
        address owner = actors[who % ACTORS];
        bool can = refused[owner] != 0 && accepts(owner);
        vm.prank(STRANGER);
        try meter.withdrawFor(owner) {
            require(can, "withdrew nothing");
            refused[owner] = 0;
        } catch {
            require(!can, "a credit is stuck");
        }
    }

    /// F1: the name of a credit's place is no channel.
    function topUpCredit(uint256 who, address signer) external {
        bytes32 owner = bytes32(uint256(uint160(actors[who % ACTORS])));
        vm.prank(STRANGER);
        vm.deal(STRANGER, 1);
        (bool done,) = address(meter).call{value: 1}(abi.encodeCall(Meter.topUp, (owner, signer)));
        require(!done, "topped up a credit");
    }

    function pass(uint256 time, uint256 which) external {
        uint256 end = entries[which % entries.length].channel.timeout - which % 2;
        vm.warp(time % 2 == 0 && end > block.timestamp ? end : block.timestamp + bounded(time, 0, 1 hours));
    }

    function acceptOrRefuse(bool accepting) external {
        refuser.accept(accepting);
    }

    // -------------------------------------------------------------------------------- what the invariants read

    function target() external view returns (Meter) {
        return meter;
    }

    function length() external view returns (uint256) {
        return entries.length;
    }

    function entry(uint256 i) external view returns (Channel memory, uint256) {
        return (entries[i].channel, entries[i].deposit);
    }

    function actor(uint256 i) external view returns (address) {
        return actors[i];
    }

    // -------------------------------------------------------------------------------------------------- inside

    /// An update of this channel, or of the one before it.
    function picked(uint256 which, uint256 newest, bool another)
        private
        view
        returns (Entry storage e, Update memory u, bool has)
    {
        which %= entries.length;
        e = entries[which];
        Update[] storage from = another ? entries[which == 0 ? entries.length - 1 : which - 1].updates : e.updates;
        if (from.length == 0) return (e, u, false);
        return (e, from[newest % from.length], true);
    }

    function noteEnd(Entry storage e, uint256 total) private {
        if (total != 0) notePaid(e.channel.payee, total);
        if (total != e.deposit) notePaid(e.channel.payer, e.deposit - total);
        openSum -= e.deposit;
        e.deposit = 0;
    }

    function notePaid(address to, uint256 amount) private {
        expected[to] += amount;
        if (!accepts(to)) refused[to] += amount;
    }

    function accepts(address who) private view returns (bool) {
        return who == address(refuser) ? refuser.accepting() : who != actors[ACTORS - 1];
    }
}
