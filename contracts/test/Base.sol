// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Deal, Escrow, Part} from "../src/Escrow.sol";

/// The few cheat codes of forge that these tests use.
interface Vm {
    struct Log {
        bytes32[] topics;
        bytes data;
        address emitter;
    }

    function addr(uint256 privateKey) external pure returns (address);
    function assume(bool condition) external pure;
    function chainId(uint256 id) external;
    function computeCreateAddress(address deployer, uint256 nonce) external pure returns (address);
    function cool(address target) external;
    function deal(address account, uint256 balance) external;
    function etch(address target, bytes calldata code) external;
    function envOr(string calldata name, bytes calldata otherwise) external view returns (bytes memory);
    function expectRevert(bytes4 selector) external;
    function expectRevert() external;
    function getRecordedLogs() external returns (Log[] memory);
    function load(address account, bytes32 key) external view returns (bytes32);
    function prank(address sender) external;
    function readFile(string calldata path) external view returns (string memory);
    function recordLogs() external;
    function revertToState(uint256 id) external returns (bool);
    function sign(uint256 privateKey, bytes32 digest) external pure returns (uint8 v, bytes32 r, bytes32 s);
    function signAndAttachDelegation(address code, uint256 privateKey) external;
    function snapshotState() external returns (uint256);
    function toString(bytes32 value) external pure returns (string memory);
    function warp(uint256 timestamp) external;
}

/// Deals, keys and comparisons that every test needs.
abstract contract Base {
    struct FuzzSelector {
        address addr;
        bytes4[] selectors;
    }

    Vm internal constant vm = Vm(address(uint160(uint256(keccak256("hevm cheat code")))));
    uint256 internal constant GX = 0x79BE667EF9DCBBAC55A06295CE870B07029BFCDB2DCE28D959F2815B16F81798;
    uint256 internal constant N = 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141;
    uint256 internal constant START = 1_800_000_000;
    uint256 internal constant WINDOW = 6 hours;
    uint256 internal constant WAGE = 0.01 ether;
    uint256 internal constant SK = 0xe0e1e2e3e4e5e6e7e8e9eaebecedeeeff0f1f2f3f4f5f6f7f8f9fafbfcfdfeff;

    address internal constant PAYER = address(uint160(0x00A11CE0000000000000000000000000000000A11C));
    address internal constant PAYEE = address(uint160(0x00B0B00000000000000000000000000000000000B0));
    address internal constant STRANGER = address(uint160(0x005757000000000000000000000000000000005757));

    Escrow internal escrow;

    function setUp() public virtual {
        vm.warp(START);
        escrow = deploy();
        vm.deal(PAYER, 1_000_000 ether);
    }

    function deploy() internal returns (Escrow) {
        return Escrow(created("ESCROW", type(Escrow).creationCode));
    }

    /// The contract, or the changed one that `mutants.mjs` wants to see fail.
    function created(string memory name, bytes memory contract_) internal returns (address made) {
        bytes memory code = vm.envOr(name, contract_);
        assembly {
            made := create(0, add(code, 0x20), mload(code))
        }
        require(made != address(0), "not deployed");
    }

    // ------------------------------------------------------------------------------------------------ deals

    function draft() internal view returns (Deal memory) {
        return draft(PAYEE, WAGE, SK);
    }

    function draft(address payee, uint256 amount, uint256 sk) internal view returns (Deal memory) {
        return Deal({
            payer: PAYER,
            payee: payee,
            token: address(0),
            amount: amount,
            claimBy: block.timestamp + WINDOW,
            salt: bytes32(uint256(7) << 192),
            lockKind: 1,
            a1: first(sk),
            a2: second(sk),
            termsHash: keccak256("terms")
        });
    }

    function opened() internal returns (Deal memory) {
        return opened(draft());
    }

    function opened(Deal memory deal) internal returns (Deal memory) {
        vm.prank(deal.payer);
        escrow.open{value: deal.amount}(deal);
        return deal;
    }

    /// The id by the rule of the specification, computed apart from the contract.
    function idOf(Deal memory deal) internal view returns (bytes32) {
        return keccak256(abi.encode(block.chainid, address(escrow), deal));
    }

    function partOf(Deal memory deal) internal pure returns (Part memory) {
        return Part(deal.payee, deal.amount, deal.salt, deal.a1, deal.a2, deal.termsHash);
    }

    // ------------------------------------------------------------------------------------------------- keys

    /// Any number made into a secret key.
    function keyFrom(uint256 seed) internal pure returns (uint256) {
        return seed % (N - 1) + 1;
    }

    /// Address of sk*G, by the curve arithmetic of the cheat codes and not by ecrecover.
    function first(uint256 sk) internal pure returns (address) {
        return vm.addr(sk);
    }

    /// Address of sk*G - G/Gx.
    function second(uint256 sk) internal pure returns (address) {
        return vm.addr(addmod(sk, N - inverseOfGx(), N));
    }

    function inverseOfGx() internal pure returns (uint256 result) {
        result = 1;
        uint256 base = GX;
        for (uint256 e = N - 2; e != 0; e >>= 1) {
            if (e & 1 == 1) result = mulmod(result, base, N);
            base = mulmod(base, base, N);
        }
    }

    // ------------------------------------------------------------------------------------------ comparisons

    /// artifacts/ holds what this source compiles to here.
    function isCommitted(address made, string memory name) internal view {
        string memory committed = vm.readFile(string.concat("artifacts/", name, ".codehash"));
        string memory here = string.concat(vm.toString(made.codehash), "\n");
        require(keccak256(bytes(committed)) == keccak256(bytes(here)), "run node build.mjs");
    }

    function bounded(uint256 seed, uint256 low, uint256 high) internal pure returns (uint256) {
        return low + seed % (high - low + 1);
    }

    function same(uint256 found, uint256 wanted, string memory what) internal pure {
        require(found == wanted, string.concat(what, ": found ", decimal(found), ", wanted ", decimal(wanted)));
    }

    function decimal(uint256 n) internal pure returns (string memory) {
        if (n < 10) return string(abi.encodePacked(bytes1(uint8(48 + n))));
        return string.concat(decimal(n / 10), decimal(n % 10));
    }

    function isOpen(Deal memory deal) internal view returns (bool) {
        return escrow.slot(idOf(deal)) != 0;
    }
}
