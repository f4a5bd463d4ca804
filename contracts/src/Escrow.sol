// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// What one payer and one payee agreed on. The whole deal travels in the calldata of every call; the contract stores
/// one word for it, under the hash of these fields. Ten static words; their order is part of the deal id.
struct Deal {
    address payer; // funds the deal and gets the money back
    address payee; // is paid when the secret appears, whoever brings it (D8)
    address token; // zero = native coin, the only one so far
    uint256 amount; // the wage, in base units
    uint256 claimBy; // Unix seconds: claim iff now < claimBy, refund iff now >= claimBy (R5)
    bytes32 salt; // chosen by the payer, so that equal terms never give equal ids (D13)
    uint256 lockKind; // 1 = point lock, the only one so far
    address a1; // point lock: address of the public key P ...
    address a2; // ... and of P - G/Gx: together they bind 320 bits of P (D12)
    bytes32 termsHash; // the exchange id (xid), which both parties signed
}

/// What differs between the deals of one `openMany`.
struct Part {
    address payee;
    uint256 amount;
    bytes32 salt;
    address a1;
    address a2;
    bytes32 termsHash;
}

/// @title Money held until a secret key is published or a deadline passes.
/// @notice One instance serves everybody on a chain. It has no owner, no upgrade, no pause and no constructor
/// arguments: the same code hash everywhere. Rules quoted as D8, R5 ... are those of the protocol specification.
/// @dev How to read this file. A deal under examination lies in memory at fixed places (the memory map below), so that
/// it is hashed and checked without being copied again. The steps of a call are modifiers, because the compiler expands
/// those in place: `open` = spread, funded, terms, stored; a way to end a deal = ends { its condition and its event }.
/// Assembly is used for memory, the storage word of a deal, the curve check and the two calls that send money.
contract Escrow {
    /// A claim window below this is a mistake. It is small because there are chains with one-second blocks: parties
    /// agree on the window in their terms, and a provider refuses a window in which it could not claim safely (D9).
    uint256 public constant MIN_WINDOW = 60 seconds;
    /// A window above this is a mistake too (milliseconds for seconds): it would lock the money for ages.
    uint256 public constant MAX_WINDOW = 365 days;

    /// Gas that a recipient gets with a payment: enough for a wallet behind a proxy (two cold accounts, 5,200) that
    /// writes a new storage slot (22,100) and a log. It is also all that a hostile recipient can burn.
    uint256 private constant PUSH_GAS = 30_000;
    /// Gas that must be left before a payment: the call's own costs (9,000 value + 2,600 cold account + 25,000 new
    /// account) and 30,477, of which 63/64 are PUSH_GAS, make 67,077. So a recipient always gets PUSH_GAS in full, and
    /// nobody can turn a payment into a credit by calling with little gas. After a refusal at least 25,000 are left
    /// (a refusing account is not new): enough to write the credit.
    uint256 private constant PUSH_RESERVE = 70_000;

    /// The secret is the discrete logarithm of a secp256k1 point.
    uint256 private constant POINT_LOCK = 1;
    /// Abscissa of secp256k1's generator G. Its ordinate is even: recovery id 27.
    uint256 private constant GX = 0x79BE667EF9DCBBAC55A06295CE870B07029BFCDB2DCE28D959F2815B16F81798;
    /// Order of secp256k1's group.
    uint256 private constant N = 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141;

    // Memory map. 0x00-0x3f is scratch, 0x40 the compiler's free pointer. Nothing in this contract allocates, so the
    // pointer stays at 0x80 and the compiler itself only writes event data there, one word. None of the assembly is
    // declared memory-safe: the compiler then never moves variables into memory.
    uint256 private constant DEAL_ID = 0xa0; // the id of the deal that `ends`
    uint256 private constant CHAIN_ID = 0xc0; // the twelve words of the id's preimage ...
    uint256 private constant ESCROW = 0xe0;
    uint256 private constant PAYER = 0x100; // ... of which ten are the deal
    uint256 private constant PAYEE = 0x120;
    uint256 private constant TOKEN = 0x140;
    uint256 private constant AMOUNT = 0x160;
    uint256 private constant CLAIM_BY = 0x180;
    uint256 private constant SALT = 0x1a0;
    uint256 private constant LOCK_KIND = 0x1c0;
    uint256 private constant A1 = 0x1e0;
    uint256 private constant A2 = 0x200;
    uint256 private constant TERMS_HASH = 0x220;
    uint256 private constant RECOVER = 0x240; // the four words given to ecrecover
    uint256 private constant FITS = 0x240; // afterwards: 1 if the secret opens the lock, else 0

    uint256 private constant DEAL_BYTES = 0x140;
    uint256 private constant PART_BYTES = 0xc0;
    uint256 private constant PREIMAGE_BYTES = 0x180;

    /// Money is in the contract for this deal. `xid` is its termsHash.
    event Opened(bytes32 indexed dealId, bytes32 indexed xid);
    /// The deal's secret is public, and the payee has the money (or a credit).
    event Revealed(bytes32 indexed dealId, bytes32 sk);
    /// The deadline passed, and the payer has the money back (or a credit).
    event Refunded(bytes32 indexed dealId);
    /// The payee gave up, and the payer has the money back (or a credit).
    event Released(bytes32 indexed dealId);
    /// `owner` refused a payment of `amount`, which waits for `withdraw` or `withdrawFor`.
    event Credited(address indexed owner, uint256 amount);
    /// `owner`'s whole credit was paid to `to`.
    event Withdrawn(address indexed owner, address indexed to, uint256 amount);

    error NotPayer(); // only the deal's payer opens it
    error NotPayee(); // only the deal's payee releases it
    error BadAddress(); // payee, a1, a2 or recipient is zero or no address, or the payee is this contract
    error Unsupported(); // a token or a kind of lock that this contract does not know
    error WrongAmount(); // zero, or the value sent is not exactly the amount (the sum)
    error BadWindow(); // claimBy is not MIN_WINDOW to MAX_WINDOW from now
    error AlreadyOpen(); // this very deal is open
    error NotOpen(); // never opened, or ended, or some field differs
    error TooLate(); // claim at or after claimBy
    error TooEarly(); // refund before claimBy
    error WrongSecret(); // not the secret of this lock
    error LengthMismatch(); // claimMany: not one secret for each deal
    error GasTooLow(); // less than PUSH_RESERVE left before a payment
    error NoCredit(); // nothing to withdraw
    error Refused(); // the recipient of a withdrawal refused it

    /// Owner -> money that it refused so far. (The word of a deal has no variable: its storage key is the deal id, its
    /// value the block timestamp of the opening, zero = not open. Ids hash 384 bytes and map keys 64: they never meet.)
    mapping(address => uint256) private credits;

    // ------------------------------------------------------------------------------------------------- opening

    /// Puts the wage of one deal into the contract. Called by the payer, with exactly the wage.
    function open(Deal calldata deal) external payable spread(deal) funded terms stored(msg.value) {}

    /// Opens several deals of the caller that share token, deadline and kind of lock. The value sent is exactly the sum
    /// of the amounts. All or none.
    function openMany(address token, uint256 claimBy, uint256 lockKind, Part[] calldata parts)
        external
        payable
        spreadShared(token, claimBy, lockKind)
        terms
    {
        uint256 unspent = msg.value;
        uint256 part;
        uint256 end;
        assembly {
            part := parts.offset
            end := add(part, mul(parts.length, PART_BYTES)) // the decoder has checked that all lie in the calldata
        }
        unchecked {
            for (; part != end; part += PART_BYTES) {
                assembly {
                    mstore(PAYEE, calldataload(part))
                    mstore(AMOUNT, calldataload(add(part, 0x20)))
                    mstore(SALT, calldataload(add(part, 0x40)))
                    calldatacopy(A1, add(part, 0x60), 0x60) // a1, a2, termsHash
                }
                _store(unspent);
                unspent -= _at(AMOUNT); // `stored` has checked that it is not more
            }
        }
        if (unspent != 0) revert WrongAmount();
    }

    // -------------------------------------------------------------------------------------------------- ending

    /// Pays the payee against the secret. Anyone may call: who copies a claim only pays the payee (D8).
    function claim(Deal calldata deal, bytes32 sk) external ends(deal, PAYEE) tried(sk) {
        if (block.timestamp >= _at(CLAIM_BY)) revert TooLate();
        if (_at(FITS) == 0) revert WrongSecret();
        emit Revealed(bytes32(_at(DEAL_ID)), sk);
    }

    /// Pays the payer back once the deadline has passed. Anyone may call.
    function refund(Deal calldata deal) external ends(deal, PAYER) {
        if (block.timestamp < _at(CLAIM_BY)) revert TooEarly();
        emit Refunded(bytes32(_at(DEAL_ID)));
    }

    /// Pays the payer back at any time because the payee gives up. Called by the payee.
    function release(Deal calldata deal) external ends(deal, PAYER) {
        if (uint160(msg.sender) != _at(PAYEE)) revert NotPayee();
        emit Released(bytes32(_at(DEAL_ID)));
    }

    /// Claims every deal of the list that can be claimed and skips the others (not open, too late, wrong secret): no
    /// entry and no recipient spoils the rest. Neighbours with one payee are paid by one push.
    /// @dev Too little gas does revert the whole call. Skipping would be worse: a gas estimate, which looks for the
    /// least gas that succeeds, would then find a call that claims nothing.
    function claimMany(Deal[] calldata deals, bytes32[] calldata sks) external {
        if (deals.length != sks.length) revert LengthMismatch();
        uint256 payee; // of the deals that are claimed and not yet paid ...
        uint256 owed; // ... and their sum
        uint256 deal;
        uint256 end;
        uint256 secret;
        assembly {
            deal := deals.offset
            end := add(deal, mul(deals.length, DEAL_BYTES)) // the decoder has checked that all lie in the calldata
            secret := sks.offset
            mstore(CHAIN_ID, chainid())
            mstore(ESCROW, address())
        }
        unchecked {
            for (; deal != end; (deal += DEAL_BYTES, secret += 0x20)) {
                bytes32 id;
                bytes32 sk;
                assembly {
                    calldatacopy(PAYER, deal, DEAL_BYTES)
                    id := keccak256(CHAIN_ID, PREIMAGE_BYTES)
                    sk := calldataload(secret)
                }
                if (_openedAt(id) == 0) continue; // below this line the fields are those that passed `stored`
                if (block.timestamp >= _at(CLAIM_BY)) continue;
                _try(sk);
                if (_at(FITS) == 0) continue;
                _setOpenedAt(id, 0);
                emit Revealed(id, sk);
                if (_at(PAYEE) != payee) {
                    if (owed != 0) _push(payee, owed);
                    payee = _at(PAYEE);
                    owed = 0;
                }
                owed += _at(AMOUNT); // cannot overflow: the contract has received each of these amounts
            }
        }
        if (owed != 0) _push(payee, owed);
    }

    // ------------------------------------------------------------------------------------------------- credits

    /// Pays the caller's whole credit to any address; if that refuses, reverts and keeps the credit.
    function withdraw(address to) external {
        _withdraw(msg.sender, to);
    }

    /// Pays `owner`'s whole credit to `owner`. Anyone may call.
    function withdrawFor(address owner) external {
        _withdraw(owner, owner);
    }

    // --------------------------------------------------------------------------------------------------- views

    /// The timestamp of the block that opened this deal; zero if it is not open, or no longer. The same word as in
    /// storage at key `id`. Meant for ids that the reader has computed from a deal.
    function slot(bytes32 id) external view returns (uint256 openedAt) {
        return _openedAt(id);
    }

    /// What `owner` refused and can withdraw.
    function credit(address owner) external view returns (uint256) {
        return credits[owner];
    }

    /// The id of a deal in this contract on this chain.
    function idOf(Deal calldata deal) external view spread(deal) returns (bytes32) {
        return _id();
    }

    // ---------------------------------------------------------------------------------------- steps of opening

    /// Spreads the deal out in memory as the preimage of its id.
    modifier spread(Deal calldata deal) {
        assembly {
            mstore(CHAIN_ID, chainid())
            mstore(ESCROW, address())
            calldatacopy(PAYER, deal, DEAL_BYTES)
        }
        _;
    }

    /// The same for what the deals of one caller share.
    modifier spreadShared(address token, uint256 claimBy, uint256 lockKind) {
        assembly {
            mstore(CHAIN_ID, chainid())
            mstore(ESCROW, address())
            mstore(PAYER, caller())
            mstore(TOKEN, token)
            mstore(CLAIM_BY, claimBy)
            mstore(LOCK_KIND, lockKind)
        }
        _;
    }

    /// The caller is the payer and sends exactly the amount: nobody opens a deal in another's name.
    modifier funded() {
        if (_at(PAYER) != uint160(msg.sender)) revert NotPayer();
        if (_at(AMOUNT) != msg.value) revert WrongAmount();
        _;
    }

    /// Token, kind of lock and claim window are acceptable.
    modifier terms() {
        if (_at(TOKEN) | (_at(LOCK_KIND) ^ POINT_LOCK) != 0) revert Unsupported();
        unchecked {
            // One comparison for both ends: a window below the minimum wraps round to a huge number.
            if (_at(CLAIM_BY) - block.timestamp - MIN_WINDOW > MAX_WINDOW - MIN_WINDOW) revert BadWindow();
        }
        _;
    }

    /// The payee can be paid, the lock can be opened, the amount is 1 to `most`; the deal is new and becomes OPEN.
    modifier stored(uint256 most) {
        bool bad;
        assembly {
            let payee := mload(PAYEE)
            let a1 := mload(A1)
            let a2 := mload(A2)
            bad := or(or(iszero(payee), iszero(a1)), iszero(a2)) // a zero key has no address
            bad := or(bad, eq(payee, address())) // this contract accepts no payment: its credit would be stuck
            bad := or(bad, shr(160, or(or(payee, a1), a2))) // dirty upper bits
        }
        if (bad) revert BadAddress();
        unchecked {
            if (_at(AMOUNT) - 1 >= most) revert WrongAmount(); // an amount of zero wraps round to a huge number
        }
        bytes32 id = _id();
        if (_openedAt(id) != 0) revert AlreadyOpen();
        _setOpenedAt(id, block.timestamp);
        emit Opened(id, bytes32(_at(TERMS_HASH)));
        _;
    }

    function _store(uint256 most) private stored(most) {}

    // ----------------------------------------------------------------------------------------- steps of ending

    /// The frame of every way in which one deal ends: it is OPEN, the body holds the condition and the event, and its
    /// word is cleared before the money moves, so that a re-entrant call finds nothing to take.
    modifier ends(Deal calldata deal, uint256 recipient) {
        bytes32 id;
        assembly {
            mstore(CHAIN_ID, chainid())
            mstore(ESCROW, address())
            calldatacopy(PAYER, deal, DEAL_BYTES)
            id := keccak256(CHAIN_ID, PREIMAGE_BYTES)
            mstore(DEAL_ID, id)
        }
        if (_openedAt(id) == 0) revert NotOpen();
        _;
        _setOpenedAt(id, 0);
        uint256 to = _at(recipient);
        uint256 amount = _at(AMOUNT);
        if (gasleft() < PUSH_RESERVE) revert GasTooLow();
        bool accepted;
        assembly {
            accepted := call(PUSH_GAS, to, amount, 0, 0, 0, 0)
        }
        if (!accepted) _credit(to, amount);
    }

    /// Sets FITS iff 0 < sk < n and sk*G is the point whose two addresses the deal names (D12). With signature (r = Gx,
    /// s = Gx*sk) ecrecover(0) gives the address of sk*G, and ecrecover(1), same signature, that of sk*G - G/Gx. It
    /// accepts high s; s is not 0 as sk is not. For sk = 1/Gx the second point is infinity and there is no answer: the
    /// cells that take the answers are zero before, and no lock has a zero address.
    modifier tried(bytes32 sk) {
        assembly {
            mstore(0x00, 0)
            mstore(0x20, 0)
            mstore(RECOVER, 0)
            mstore(add(RECOVER, 0x20), 27)
            mstore(add(RECOVER, 0x40), GX)
            mstore(add(RECOVER, 0x60), mulmod(GX, sk, N))
            pop(staticcall(gas(), 1, RECOVER, 0x80, 0x00, 0x20))
            mstore(RECOVER, 1)
            pop(staticcall(gas(), 1, RECOVER, 0x80, 0x20, 0x20))
            let both := and(eq(mload(0x00), mload(A1)), eq(mload(0x20), mload(A2)))
            mstore(FITS, and(lt(sub(sk, 1), sub(N, 1)), both)) // 0 - 1 wraps round to a huge number
        }
        _;
    }

    function _try(bytes32 sk) private view tried(sk) {}

    /// Sends money with PUSH_GAS and without looking at what comes back; a refusal becomes a credit (D11).
    function _push(uint256 to, uint256 amount) private {
        if (gasleft() < PUSH_RESERVE) revert GasTooLow();
        bool accepted;
        assembly {
            accepted := call(PUSH_GAS, to, amount, 0, 0, 0, 0)
        }
        if (!accepted) _credit(to, amount);
    }

    function _credit(uint256 to, uint256 amount) private {
        address owner = address(uint160(to)); // `funded` and `stored` let only clean addresses in
        credits[owner] += amount;
        emit Credited(owner, amount);
    }

    function _withdraw(address owner, address to) private {
        if (to == address(0)) revert BadAddress();
        uint256 amount = credits[owner];
        if (amount == 0) revert NoCredit();
        credits[owner] = 0;
        emit Withdrawn(owner, to, amount);
        bool accepted;
        assembly {
            accepted := call(gas(), to, amount, 0, 0, 0, 0)
        }
        if (!accepted) revert Refused();
    }

    // ------------------------------------------------------------------------------------------- words by place

    /// keccak256(abi.encode(chainid, this, payer, ..., termsHash)) of the deal in memory.
    function _id() private pure returns (bytes32 id) {
        assembly {
            id := keccak256(CHAIN_ID, PREIMAGE_BYTES)
        }
    }

    /// The word of the deal in memory at this place of the memory map.
    function _at(uint256 place) private pure returns (uint256 value) {
        assembly {
            value := mload(place)
        }
    }

    function _openedAt(bytes32 id) private view returns (uint256 value) {
        assembly {
            value := sload(id)
        }
    }

    function _setOpenedAt(bytes32 id, uint256 value) private {
        assembly {
            sstore(id, value)
        }
    }
}
