// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

struct Deal {
    address payer;
    address payee;
    address token;
    uint256 amount;
    uint256 claimBy;
    bytes32 salt;
    uint256 lockKind;
    address a1;
    address a2;
    bytes32 termsHash;
}

/// @title A trap that looks like the escrow: the same calls, the same events, the same storage word of an open deal.
/// @notice Used by the demo's cheats alone. It keeps nothing for anybody: whoever opened a deal takes the money out again
/// at any time, and a claim publishes the key and pays nobody.
contract LookAlike {
    event Opened(bytes32 indexed dealId, bytes32 indexed xid);
    event Revealed(bytes32 indexed dealId, bytes32 sk);
    event Refunded(bytes32 indexed dealId);

    function open(Deal calldata deal) external payable {
        bytes32 id = idOf(deal);
        assembly {
            sstore(id, timestamp())
        }
        emit Opened(id, deal.termsHash);
    }

    function claim(Deal calldata deal, bytes32 sk) external {
        emit Revealed(idOf(deal), sk);
    }

    function refund(Deal calldata deal) external {
        (bool paid,) = deal.payer.call{value: deal.amount}("");
        require(paid);
        emit Refunded(idOf(deal));
    }

    function slot(bytes32 id) external view returns (uint256 openedAt) {
        assembly {
            openedAt := sload(id)
        }
    }

    function idOf(Deal calldata deal) public view returns (bytes32) {
        return keccak256(abi.encode(block.chainid, address(this), deal));
    }
}
