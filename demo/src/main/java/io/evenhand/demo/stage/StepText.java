package io.evenhand.demo.stage;

/// How the steps of a protocol read on the screen. A line that is empty is not shown.
public interface StepText {
    /// What a message says, by its name.
    String message(String name);

    /// The line of a job that a party began.
    String started(String party, String job);

    /// The line of a job that ended.
    String ended(String party, String job, String outcome);

    /// The line of a state that a party came to.
    String entered(String party, String state);
}
