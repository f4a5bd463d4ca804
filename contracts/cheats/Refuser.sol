// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @title A payee that accepts no payment.
/// @notice Used by the demo's cheats alone.
contract Refuser {
    receive() external payable {
        revert();
    }
}
