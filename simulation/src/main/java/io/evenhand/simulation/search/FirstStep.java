package io.evenhand.simulation.search;

/// Takes the first step that leads on and no other.
public final class FirstStep implements Game.Steps {
    private int[] first = new int[0];

    /// @throws IllegalStateException if there is no step
    public int[] found() {
        if (first.length == 0) {
            throw new IllegalStateException("no step leads on");
        }
        return first;
    }

    @Override
    public boolean labelled() {
        return false;
    }

    @Override
    public void to(int[] to, String label) {
        if (first.length == 0) {
            first = to.clone();
        }
    }

    @Override
    public void broken(String invariant) {}
}
