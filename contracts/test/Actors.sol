// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Deal, Escrow} from "../src/Escrow.sol";

/// A recipient that reverts with a megabyte of data, until it is told to accept.
contract Refuser {
    bool public accepting;

    function accept(bool yes) external {
        accepting = yes;
    }

    receive() external payable {
        if (accepting) return;
        assembly {
            revert(0, 1000000)
        }
    }
}

/// While it is paid it makes a list of calls with whatever gas it gets, and counts those that worked.
contract Schemer {
    Escrow private immutable escrow;
    bytes[] private calls;
    uint256 public worked;

    constructor(Escrow escrow_) {
        escrow = escrow_;
    }

    function plan(bytes calldata data) external {
        calls.push(data);
    }

    receive() external payable {
        for (uint256 i = 0; i < calls.length; i++) {
            (bool ok,) = address(escrow).call(calls[i]);
            if (ok) worked++;
        }
    }
}

/// A recipient that burns whatever gas it gets.
contract Burner {
    receive() external payable {
        assembly {
            invalid()
        }
    }
}

/// A recipient that accepts and returns as much data as its gas can pay for.
contract Bomber {
    receive() external payable {
        assembly {
            return(0, 100000)
        }
    }
}

/// A wallet that notes how much gas it got: one new storage slot, as a smart wallet may write.
contract Wallet {
    uint256 public gasSeen;

    receive() external payable {
        gasSeen = gasleft();
    }
}

/// A recipient that calls back with prepared bytes and then accepts or refuses.
contract Reenterer {
    address private immutable target;
    bytes private attack;
    bool public succeeded;
    uint256 public calls;

    constructor(address target_) {
        target = target_;
    }

    function prepare(bytes calldata data) external {
        attack = data;
    }

    function run(bytes calldata data) external payable {
        (bool ok,) = target.call{value: msg.value}(data);
        require(ok, "run failed");
    }

    receive() external payable {
        calls++;
        (bool ok,) = target.call(attack);
        if (ok) succeeded = true;
    }
}
