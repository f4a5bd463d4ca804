/// DELEGATION (Guillot, Theoleyre, Pelsser), mode `basic`, with the gaps D1 to D25 closed.
///
/// ```
/// step  customer c                     provider sp                    stamper V              chain
///       AskStampKey ------------------------------------------------>  makes sk_c
///       <------------------------------------------------ StampKeyMade
/// T1    Offer ----------------------->  (paper 0: roles, keys, wage)
/// T2    <------------------- Accept     Terms signed, proof of pk_sp
/// T3    Provision ------------------------------------------------->   (paper 1, 2: V gets policy, test data)
///       <-------------------------------------------------------- Ready
/// T4    Start, input ---------------->  (paper 2, 3: w = work(input))
/// T5                                    Try{w, rho} ---------------->  (paper 5: V(w) passes?)
///                                       <------------------- Verdict   stamp = S(sk_c, sealId)
/// T6                                    seals w itself, compares (D1)  (paper 4)
/// T7    <------------------ Deliver     chunks                         (paper 6)
/// T8    Ack ------------------------->  (paper 7: hash as stamped)
/// T9    open(wage, a1, a2) -------------------------------------------------------------->    (paper 8)
///       Funded ---------------------->
/// T10                                   deposit final, fields mine? (paper 9)
/// T11                                   claim(sk_sp) -------------------------------------->   (paper 10)
/// T12   sk_sp from the chain, opens w   (paper 11)                     wage paid (paper 11')
/// T13   refund at claimBy if unclaimed
/// ```
///
/// Each role is a pure {@link io.evenhand.kit.machine.Machine}: `customer.CustomerMachine`,
/// `provider.ProviderMachine`, `stamper.StamperMachine`. They meet the world in {@link
/// io.evenhand.protocols.delegation.Input} and {@link io.evenhand.protocols.delegation.Effect}; the
/// node's `EffectRunner` carries the effects out, and `simulation`'s `DelegationModel` drives the
/// same machines against every adversary.
@NullMarked
package io.evenhand.protocols.delegation;

import org.jspecify.annotations.NullMarked;
