package io.evenhand.programs.guest;

import io.evenhand.kit.value.Octets;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/// A torus of cells, each counted by itself.
///
/// @param cells rows of the same length
record LifeGrid(List<boolean[]> cells, long generation) {
    private static final int HEAD = 16;

    static LifeGrid random(int width, int height, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        List<boolean[]> rows = new ArrayList<>();
        for (int y = 0; y < height; y++) {
            boolean[] row = new boolean[width];
            for (int x = 0; x < width; x++) {
                row[x] = random.nextInt(3) == 0;
            }
            rows.add(row);
        }
        return new LifeGrid(rows, 0);
    }

    static LifeGrid of(Octets state) {
        ByteBuffer in = ByteBuffer.wrap(state.toByteArray()).order(ByteOrder.LITTLE_ENDIAN);
        int width = in.getShort(4);
        int height = in.getShort(6);
        List<boolean[]> rows = new ArrayList<>();
        for (int y = 0; y < height; y++) {
            boolean[] row = new boolean[width];
            for (int x = 0; x < width; x++) {
                row[x] = (in.get(HEAD + y * bytes(width) + x / 8) >> x % 8 & 1) == 1;
            }
            rows.add(row);
        }
        return new LifeGrid(rows, in.getLong(8));
    }

    private static int bytes(int width) {
        return (width + 7) / 8;
    }

    private int width() {
        return cells.getFirst().length;
    }

    Octets state() {
        ByteBuffer out =
                ByteBuffer.allocate(HEAD + bytes(width()) * cells.size())
                        .order(ByteOrder.LITTLE_ENDIAN);
        out.put(new byte[] {'l', 'i', 'f', 'e'});
        out.putShort((short) width()).putShort((short) cells.size()).putLong(generation);
        for (boolean[] row : cells) {
            byte[] packed = new byte[bytes(width())];
            for (int x = 0; x < row.length; x++) {
                packed[x / 8] |= (byte) (row[x] ? 1 << x % 8 : 0);
            }
            out.put(packed);
        }
        return new Octets(out.array());
    }

    int count() {
        int count = 0;
        for (boolean[] row : cells) {
            for (boolean cell : row) {
                count += cell ? 1 : 0;
            }
        }
        return count;
    }

    LifeGrid after(int generations) {
        LifeGrid at = this;
        for (int i = 0; i < generations; i++) {
            at = at.next();
        }
        return at;
    }

    private LifeGrid next() {
        List<boolean[]> rows = new ArrayList<>();
        for (int y = 0; y < cells.size(); y++) {
            boolean[] row = new boolean[width()];
            for (int x = 0; x < row.length; x++) {
                int around = around(x, y);
                row[x] = around == 3 || (around == 2 && cells.get(y)[x]);
            }
            rows.add(row);
        }
        return new LifeGrid(rows, generation + 1);
    }

    private int around(int x, int y) {
        int count = 0;
        for (int dy = -1; dy <= 1; dy++) {
            boolean[] row = cells.get(Math.floorMod(y + dy, cells.size()));
            for (int dx = -1; dx <= 1; dx++) {
                boolean itself = dx == 0 && dy == 0;
                count += !itself && row[Math.floorMod(x + dx, row.length)] ? 1 : 0;
            }
        }
        return count;
    }
}
