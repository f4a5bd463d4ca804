package io.evenhand.demo.command;

/// A figure of `bench gas`.
///
/// @param name for scripts; no other row of any protocol has it
/// @param what for people
public record GasRow(String name, String what, long gas) {}
