// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @title Money for work that is paid round by round: a deposit, signed totals, and the key that each total buys.
/// @notice One instance serves everybody on a chain. It has no owner, no upgrade, no pause and no constructor
/// arguments: the same code hash everywhere. Rules quoted as A10, F1 ... are explained in docs/reference/rules.md.
/// @dev How to read this file. A channel is one payer, one payee and one deposit. Off chain the payer signs updates
/// `(channel, total, lock)` with a key of this channel only; the payee keeps the newest one whose key it holds and
/// closes with it, once. The contract stores one word for a channel, `deposit << 64 | openedAt`, at a storage key that
/// binds the signer too. The parties, the deadline and the update travel in the calldata. Memory is laid out by hand at
/// fixed places (the memory map below): nothing here allocates.
contract Meter {
    /// A channel that times out sooner is a mistake. It is small because there are chains with one-second blocks: a
    /// payee refuses terms in which it could not close safely.
    uint256 public constant MIN_WINDOW = 60 seconds;
    /// One that times out later is a mistake too (milliseconds for seconds): it would lock the money for ages.
    uint256 public constant MAX_WINDOW = 365 days;

    /// More than there is of any coin. It keeps a deposit inside its part of the word, whatever is added.
    uint256 private constant MAX_AMOUNT = type(uint128).max;

    /// Gas that a recipient gets with a payment: enough for a wallet behind a proxy (two cold accounts, 5,200) that
    /// writes a new storage slot (22,100) and a log. It is also all that a hostile recipient can burn.
    uint256 private constant PUSH_GAS = 30_000;
    /// Gas that must be left before a payment: the call's own costs (9,000 value + 2,600 cold account + 25,000 new
    /// account) and 30,477, of which 63/64 are PUSH_GAS, make 67,077. So a recipient always gets PUSH_GAS in full, and
    /// nobody can turn a payment into a credit by calling with little gas. After a refusal at least 25,000 are left
    /// (a refusing account is not new): enough to write the credit. Two payments need it twice before the first (G12).
    uint256 private constant PUSH_RESERVE = 70_000;

    /// What an EIP-712 wallet shows and signs, see `Update` and `Close` below.
    bytes32 private constant DOMAIN =
        keccak256("EIP712Domain(string name,uint256 chainId,address verifyingContract)");
    bytes32 private constant NAME = keccak256("Evenhand Meter");
    /// The payer owes `total` for everything since the channel opened, once the key of `lock` is shown.
    bytes32 private constant UPDATE = keccak256("Update(bytes32 channel,uint256 total,bytes32 lock)");
    /// The payee lets anybody close with exactly this update, from `notBefore` on (F8).
    bytes32 private constant CLOSE = keccak256("Close(bytes32 channel,uint256 total,bytes32 lock,uint256 notBefore)");

    /// Half the order of secp256k1's group: a signature has one form only, that with the low s.
    uint256 private constant HALF_N = 0x7FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF5D576E7357A4501DDFE92F46681B20A0;
    /// Signatures are `(r, vs)` of EIP-2098: s, and the recovery id in its highest bit.
    uint256 private constant S_MASK = 0x7FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF;

    // Memory map. 0x00-0x3f is scratch, 0x40 the compiler's free pointer. Nothing in this contract allocates, so the
    // pointer stays at 0x80 and the compiler itself only writes event data there, one word. None of the assembly is
    // declared memory-safe: the compiler then never moves variables into memory.
    uint256 private constant CHAIN_ID = 0xa0; // the seven words of the channel's preimage ...
    uint256 private constant METER = 0xc0;
    uint256 private constant PAYER = 0xe0;
    uint256 private constant PAYEE = 0x100;
    uint256 private constant TOKEN = 0x120; // never written: zero = native coin, the only one so far
    uint256 private constant TIMEOUT = 0x140;
    uint256 private constant XID = 0x160;
    uint256 private constant KEY_CHANNEL = 0x180; // the three words of the storage key's preimage: channel,
    uint256 private constant KEY_SIGNER = 0x1a0; // signer,
    uint256 private constant KEY_ONE = 0x1c0; // and 1
    uint256 private constant TYPE = 0x1e0; // what is signed: its type, channel, total, lock, notBefore
    uint256 private constant CHANNEL = 0x200;
    uint256 private constant TOTAL = 0x220;
    uint256 private constant LOCK = 0x240;
    uint256 private constant NOT_BEFORE = 0x260;
    uint256 private constant DOMAIN_TYPE = 0x280; // the four words of the domain
    uint256 private constant PREFIX = 0x300; // "\x19\x01", domain, what is signed: 66 bytes
    uint256 private constant RECOVER = 0x360; // the four words given to ecrecover

    uint256 private constant CHANNEL_BYTES = 0xe0;
    uint256 private constant KEY_BYTES = 0x60;
    uint256 private constant UPDATE_BYTES = 0x80;
    uint256 private constant CLOSE_BYTES = 0xa0;

    /// Money is in the contract for the channel of this storage key.
    event Opened(bytes32 indexed key);
    /// The channel was closed with the update whose lock this secret opens: it opens all rounds up to that one.
    event Closed(bytes32 indexed key, bytes32 secret);
    /// The timeout passed, and the payer has the deposit back (or a credit).
    event Refunded(bytes32 indexed key);
    /// The payee gave up, and the payer has the deposit back (or a credit).
    event Released(bytes32 indexed key);
    /// `owner` refused a payment of `amount`, which waits for `withdraw` or `withdrawFor`.
    event Credited(address indexed owner, uint256 amount);
    /// `owner`'s whole credit was paid to `to`.
    event Withdrawn(address indexed owner, address indexed to, uint256 amount);

    error BadAddress(); // payee, signer or recipient is zero, or the payee is this contract
    error BadAmount(); // nothing was sent, or more than there is of any coin
    error BadWindow(); // the timeout is not MIN_WINDOW to MAX_WINDOW from now
    error AlreadyOpen(); // this very channel is open
    error NotOpen(); // never opened, or ended, or some field, the caller or the signer differs
    error TooLate(); // close at or after the timeout
    error TooEarly(); // refund before the timeout, or closeFor before the payee's notBefore
    error TooMuch(); // the total exceeds the deposit
    error HighS(); // a signature in its other form
    error NotPayee(); // the Close was not signed by the payee
    error GasTooLow(); // less than PUSH_RESERVE left for each payment
    error NoCredit(); // nothing to withdraw
    error Refused(); // the recipient of a withdrawal refused it

    /// Owner -> money that it refused so far. (The word of a channel has no variable: its storage key is a hash of 96
    /// bytes. Map keys are hashes of 64: they never meet, so that nobody tops up or closes a credit (F1).)
    mapping(address => uint256) private credits;

    // ------------------------------------------------------------------------------------------------- funding

    /// Opens a channel of the caller with what it sends. The same channel may be opened again after it ended, and its
    /// old updates then count again: a payer uses an `xid` once (F11).
    function open(address payee, address signer, uint256 timeout, bytes32 xid) external payable {
        bool bad;
        assembly {
            // This contract accepts no payment: its credit would be stuck.
            bad := or(or(iszero(payee), iszero(signer)), eq(payee, address()))
        }
        if (bad) revert BadAddress();
        unchecked {
            // One comparison for both ends: a window below the minimum wraps round to a huge number.
            if (timeout - block.timestamp - MIN_WINDOW > MAX_WINDOW - MIN_WINDOW) revert BadWindow();
        }
        bytes32 key = _key(_channel(msg.sender, payee, timeout, xid), signer);
        if (_word(key) != 0) revert AlreadyOpen();
        _setWord(key, _sent() | block.timestamp);
        emit Opened(key);
    }

    /// Adds what is sent to the deposit of an open channel. Anyone may call: the payer gets back what is not paid.
    function topUp(bytes32 channel, address signer) external payable {
        bytes32 key = _key(channel, signer);
        uint256 word = _word(key);
        if (word == 0) revert NotOpen();
        _setWord(key, word + _sent());
    }

    // -------------------------------------------------------------------------------------------------- ending

    /// Pays `total` to the caller, who is the payee, and the rest to the payer, against the payer's update and the key
    /// of its lock. Nobody but the payee finds the channel: a copied call does nothing (A10).
    function close(address payer, uint256 timeout, bytes32 xid, uint256 total, bytes32 secret, bytes32 r, bytes32 vs)
        external
    {
        bytes32 channel = _channel(payer, msg.sender, timeout, xid);
        _update(channel, total, secret);
        _close(channel, payer, msg.sender, timeout, total, secret, r, vs);
    }

    /// The same for a payee that signed `Close` for exactly this update. Anyone may call, from `notBefore` on (F8). The
    /// payee's signature is ECDSA: a contract wallet calls `close`.
    function closeFor(
        address payee,
        address payer,
        uint256 timeout,
        bytes32 xid,
        uint256 total,
        bytes32 secret,
        bytes32 r,
        bytes32 vs,
        uint256 notBefore,
        bytes32 closeR,
        bytes32 closeVs
    ) external {
        if (block.timestamp < notBefore) revert TooEarly();
        bytes32 channel = _channel(payer, payee, timeout, xid);
        _update(channel, total, secret);
        bytes32 kind = CLOSE;
        assembly {
            mstore(TYPE, kind)
            mstore(NOT_BEFORE, notBefore)
        }
        // No payee is zero, which is what a signature of nobody recovers to.
        if (_signer(CLOSE_BYTES, closeR, closeVs) != payee) revert NotPayee();
        _close(channel, payer, payee, timeout, total, secret, r, vs);
    }

    /// Pays the whole deposit back to the payer once the timeout has come. Anyone may call.
    function refund(address payer, address payee, address signer, uint256 timeout, bytes32 xid) external {
        if (block.timestamp < timeout) revert TooEarly();
        bytes32 key = _key(_channel(payer, payee, timeout, xid), signer);
        uint256 deposit = _end(key);
        emit Refunded(key);
        _push(payer, deposit);
    }

    /// Pays the whole deposit back to the payer at any time because the payee, who calls, gives up.
    function release(address payer, address signer, uint256 timeout, bytes32 xid) external {
        bytes32 key = _key(_channel(payer, msg.sender, timeout, xid), signer);
        uint256 deposit = _end(key);
        emit Released(key);
        _push(payer, deposit);
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

    /// The deposit of a channel and the timestamp of the block that opened it; zeros if it is not open, or no longer.
    function slot(bytes32 channel, address signer) external view returns (uint256 deposit, uint256 openedAt) {
        uint256 word = _word(_key(channel, signer));
        return (word >> 64, uint64(word));
    }

    /// What `owner` refused and can withdraw.
    function credit(address owner) external view returns (uint256) {
        return credits[owner];
    }

    /// The name of a channel in this contract on this chain, which updates are signed for.
    function idOf(address payer, address payee, uint256 timeout, bytes32 xid) external view returns (bytes32) {
        return _channel(payer, payee, timeout, xid);
    }

    /// The key under which the storage has a channel's word, and the topic of its events.
    function keyOf(bytes32 channel, address signer) external pure returns (bytes32) {
        return _key(channel, signer);
    }

    // ---------------------------------------------------------------------------------------------- the channel

    /// keccak256(abi.encode(chainid, this, payer, payee, token, timeout, xid)).
    function _channel(address payer, address payee, uint256 timeout, bytes32 xid) private view returns (bytes32 id) {
        assembly {
            mstore(CHAIN_ID, chainid())
            mstore(METER, address())
            mstore(PAYER, payer)
            mstore(PAYEE, payee)
            mstore(TIMEOUT, timeout)
            mstore(XID, xid)
            id := keccak256(CHAIN_ID, CHANNEL_BYTES)
        }
    }

    /// keccak256(abi.encode(channel, signer, 1)): three words, never the two of a mapping (F1).
    function _key(bytes32 channel, address signer) private pure returns (bytes32 key) {
        assembly {
            mstore(KEY_CHANNEL, channel)
            mstore(KEY_SIGNER, signer)
            mstore(KEY_ONE, 1)
            key := keccak256(KEY_CHANNEL, KEY_BYTES)
        }
    }

    /// What was sent, at its place in a channel's word.
    function _sent() private view returns (uint256) {
        unchecked {
            if (msg.value - 1 >= MAX_AMOUNT) revert BadAmount(); // nothing wraps round to a huge number
        }
        return msg.value << 64;
    }

    /// An open channel is over before any money moves: a re-entrant call finds nothing to take.
    function _end(bytes32 key) private returns (uint256 deposit) {
        uint256 word = _word(key);
        if (word == 0) revert NotOpen();
        _setWord(key, 0);
        return word >> 64;
    }

    function _word(bytes32 key) private view returns (uint256 value) {
        assembly {
            value := sload(key)
        }
    }

    function _setWord(bytes32 key, uint256 value) private {
        assembly {
            sstore(key, value)
        }
    }

    // ------------------------------------------------------------------------------------------ what is signed

    /// Lays out the update that this secret opens: its lock is SHA-256 of it.
    function _update(bytes32 channel, uint256 total, bytes32 secret) private view {
        assembly {
            mstore(CHANNEL, channel)
            mstore(TOTAL, total)
            mstore(0x00, secret)
            pop(staticcall(gas(), 2, 0x00, 0x20, LOCK, 0x20))
        }
    }

    /// Who signed the record at TYPE; zero if nobody can have.
    function _signer(uint256 size, bytes32 r, bytes32 vs) private view returns (address who) {
        if (uint256(vs) & S_MASK > HALF_N) revert HighS();
        bytes32 domain = DOMAIN;
        bytes32 name = NAME;
        assembly {
            mstore(DOMAIN_TYPE, domain)
            mstore(add(DOMAIN_TYPE, 0x20), name)
            mstore(add(DOMAIN_TYPE, 0x40), chainid())
            mstore(add(DOMAIN_TYPE, 0x60), address())
            mstore(PREFIX, hex"1901")
            mstore(add(PREFIX, 0x02), keccak256(DOMAIN_TYPE, 0x80))
            mstore(add(PREFIX, 0x22), keccak256(TYPE, size))
            mstore(RECOVER, keccak256(PREFIX, 0x42))
            mstore(add(RECOVER, 0x20), add(27, shr(255, vs)))
            mstore(add(RECOVER, 0x40), r)
            mstore(add(RECOVER, 0x60), and(vs, S_MASK))
            mstore(0x00, 0) // ecrecover answers nothing if there is no signer
            pop(staticcall(gas(), 1, RECOVER, 0x80, 0x00, 0x20))
            who := mload(0x00)
        }
    }

    // -------------------------------------------------------------------------------------------------- paying

    /// Ends the channel of whoever signed the update, and pays both sides, but nobody nothing. A signature of nobody
    /// recovers to zero, for which no channel can be opened.
    function _close(
        bytes32 channel,
        address payer,
        address payee,
        uint256 timeout,
        uint256 total,
        bytes32 secret,
        bytes32 r,
        bytes32 vs
    ) private {
        if (block.timestamp >= timeout) revert TooLate();
        bytes32 kind = UPDATE;
        assembly {
            mstore(TYPE, kind)
        }
        bytes32 key = _key(channel, _signer(UPDATE_BYTES, r, vs));
        uint256 deposit = _end(key);
        if (total > deposit) revert TooMuch();
        emit Closed(key, secret);
        unchecked {
            uint256 rest = deposit - total;
            if (total != 0 && rest != 0 && gasleft() < 2 * PUSH_RESERVE) revert GasTooLow();
            if (total != 0) _push(payee, total);
            if (rest != 0) _push(payer, rest);
        }
    }

    /// Sends money with PUSH_GAS and without looking at what comes back; a refusal becomes a credit (D11).
    function _push(address to, uint256 amount) private {
        if (gasleft() < PUSH_RESERVE) revert GasTooLow();
        bool accepted;
        assembly {
            accepted := call(PUSH_GAS, to, amount, 0, 0, 0, 0)
        }
        if (accepted) return;
        credits[to] += amount;
        emit Credited(to, amount);
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
}
