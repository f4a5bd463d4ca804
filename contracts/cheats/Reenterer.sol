// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

interface Credits {
    function withdrawFor(address owner) external;
}

/// @title A payee that tries to be paid twice: while it is paid it calls the payer back for its credit.
/// @notice Used by the demo's cheats alone.
contract Reenterer {
    uint256 public tries;

    receive() external payable {
        tries = 1;
        try Credits(msg.sender).withdrawFor(address(this)) {} catch {}
    }
}
