package io.evenhand.demo.stage;

import java.util.Map;

/// How the steps of a protocol read on the screen. A line that is empty is not shown.
public interface StepText {
    /// For each step the one before it: `message NAME`, `began JOB`, `ended JOB`, `state NAME`, and
    /// of a transaction `sent KIND`, `included KIND` and `final KIND`.
    Map<String, String> order();

    /// What a message says, by its name.
    String message(String name);

    /// The line of a job that a party began.
    String started(String party, String job);

    /// The line of a job that ended.
    String ended(String party, String job, String outcome);

    /// The line of a state that a party came to.
    String entered(String party, String state);
}
