"""Trains the network on pieces-*.npz and writes it in small integers.

Usage: train.py ROOT OUT EPOCHS PIECES...          trains; OUT.npz keeps the weights before they are made small
       train.py ROOT OUT 0 OUT.npz                 makes them small again
"""
import sys
import time

import numpy

import tables

C1, C2, HIDDEN, CLASSES = 8, 24, 96, 98
H, W, EXTRA = 24, 20, 3
FLAT = 6 * 5 * C2
JUNK = 97


def columns(x, size, pad):
    """Squares of size x size, two apart: (n, h, w, c) to (n, h/2, w/2, size * size * c)."""
    n, h, w, c = x.shape
    padded = numpy.zeros((n, h + 2 * pad, w + 2 * pad, c), x.dtype)
    padded[:, pad:pad + h, pad:pad + w] = x
    s = padded.strides
    view = numpy.lib.stride_tricks.as_strided(
        padded, (n, h // 2, w // 2, size, size, c), (s[0], 2 * s[1], 2 * s[2], s[1], s[2], s[3]))
    return view.reshape(n, h // 2, w // 2, size * size * c)


def back(gradient, size, pad, shape):
    """What `columns` spread is added up again."""
    n, h, w, c = shape
    padded = numpy.zeros((n, h + 2 * pad, w + 2 * pad, c), gradient.dtype)
    g = gradient.reshape(n, h // 2, w // 2, size, size, c)
    for y in range(size):
        for x in range(size):
            padded[:, y:y + h:2, x:x + w:2] += g[:, :, :, y, x]
    return padded[:, pad:pad + h, pad:pad + w]


def product(x, w):
    """x @ w, as one product of two tables: many small ones take far longer."""
    return (x.reshape(-1, x.shape[-1]) @ w).reshape(*x.shape[:-1], w.shape[-1])


class Net:
    """Values are 0..1 between layers, as clipped in the reader at 127 of its units."""

    def __init__(self, seed):
        rng = numpy.random.default_rng(seed)
        shapes = [(25, C1), (9 * C1, C2), (FLAT + EXTRA, HIDDEN), (HIDDEN, CLASSES)]
        self.w = [rng.normal(0, numpy.sqrt(2 / a), (a, b)).astype(numpy.float32) for a, b in shapes]
        self.b = [numpy.zeros(b, numpy.float32) for _, b in shapes]
        self.tops = [6.0, 6.0, 6.0]

    def forward(self, glyphs, keep=None):
        x = glyphs[:, :H * W].reshape(-1, H, W, 1)
        extra = glyphs[:, H * W:]
        n = len(x)
        c1 = columns(x, 5, 2)
        a1 = numpy.clip(product(c1, self.w[0]) + self.b[0], 0, self.tops[0])
        c2 = columns(a1, 3, 1)
        a2 = numpy.clip(product(c2, self.w[1]) + self.b[1], 0, self.tops[1])
        flat = numpy.concatenate([a2.reshape(n, FLAT), extra], 1)
        if keep is not None:
            flat = flat * keep
        a3 = numpy.clip(flat @ self.w[2] + self.b[2], 0, self.tops[2])
        return c1, a1, c2, a2, flat, a3, a3 @ self.w[3] + self.b[3]

    def gradients(self, glyphs, classes, keep, smooth):
        c1, a1, c2, a2, flat, a3, out = self.forward(glyphs, keep)
        n = len(glyphs)
        p = numpy.exp(out - out.max(1, keepdims=True))
        p /= p.sum(1, keepdims=True)
        loss = -numpy.log(p[numpy.arange(n), classes] + 1e-9).mean()
        right = (p.argmax(1) == classes).mean()
        d = p - smooth / CLASSES
        d[numpy.arange(n), classes] -= 1 - smooth
        d /= n
        gw, gb = [None] * 4, [None] * 4
        gw[3], gb[3] = a3.T @ d, d.sum(0)
        d = (d @ self.w[3].T) * ((a3 > 0) & (a3 < self.tops[2]))
        gw[2], gb[2] = flat.T @ d, d.sum(0)
        d = (d @ self.w[2].T)[:, :FLAT]
        if keep is not None:
            d = d * keep[:, :FLAT]
        d = d.reshape(a2.shape) * ((a2 > 0) & (a2 < self.tops[1]))
        gw[1], gb[1] = c2.reshape(-1, 9 * C1).T @ d.reshape(-1, C2), d.sum((0, 1, 2))
        d = back(product(d, self.w[1].T), 3, 1, a1.shape) * ((a1 > 0) & (a1 < self.tops[0]))
        gw[0], gb[0] = c1.reshape(-1, 25).T @ d.reshape(-1, C1), d.sum((0, 1, 2))
        return gw + gb, loss, right


def load(paths):
    parts = [numpy.load(path) for path in paths]
    glyphs = numpy.concatenate([part["glyphs"] for part in parts])
    classes = numpy.concatenate([part["classes"] for part in parts]).astype(int)
    return glyphs, classes


def train(net, glyphs, classes, epochs, seed, keep_at):
    rng = numpy.random.default_rng(seed)
    values = net.w + net.b
    first = [numpy.zeros_like(v) for v in values]
    second = [numpy.zeros_like(v) for v in values]
    batch = 256
    step = 0
    steps = epochs * (len(glyphs) // batch)
    for epoch in range(epochs):
        order = rng.permutation(len(glyphs))
        losses, rights, begin = [], [], time.time()
        for i in range(len(glyphs) // batch):
            some = order[i * batch:(i + 1) * batch]
            x = glyphs[some].astype(numpy.float32) / 127
            keep = (rng.random((batch, FLAT + EXTRA)) < 0.9).astype(numpy.float32) / 0.9
            gradient, loss, right = net.gradients(x, classes[some], keep, 0.01)
            step += 1
            rate = 0.002 * min(1, step / 300) * 0.5 * (1 + numpy.cos(numpy.pi * step / steps)) + 2e-5
            for k, g in enumerate(gradient):
                first[k] += 0.1 * (g - first[k])
                second[k] += 0.001 * (g * g - second[k])
                change = first[k] / (1 - 0.9 ** step) / (numpy.sqrt(second[k] / (1 - 0.999 ** step)) + 1e-8)
                if k < 4:
                    change = change + 0.01 * values[k]
                values[k] -= (rate * change).astype(numpy.float32)
            losses.append(loss)
            rights.append(right)
        print(f"epoch {epoch}: loss {numpy.mean(losses):.4f}, right {numpy.mean(rights):.4f}, "
              f"{time.time() - begin:.0f} s", flush=True)
        numpy.savez(keep_at, *net.w, *net.b)


def quantise(net, root):
    """Weights to -127..127 and what turns a sum into a value, as net.c computes it."""
    parts, scales, biases = [], [], []
    # One unit of input: 1/127; one unit of a layer's output: top/127.
    unit = 1 / 127
    for layer in range(4):
        w = net.w[layer].copy()
        if layer == 2:
            # The extra values stand beside those of the second layer, in another unit.
            w[FLAT:] *= (1 / 127) / unit
        weight = numpy.abs(w).max() / 127
        q = numpy.clip(numpy.round(w / weight), -127, 127).astype(numpy.int8)
        out = net.tops[layer] / 127 if layer < 3 else 1 / 256
        parts.append(q)
        biases.append(numpy.round(net.b[layer] / (weight * unit)).astype("<i4"))
        scales.append(int(round(weight * unit / out * (1 << 20))))
        unit = out
    # The last layer has room for blocks of 32 outputs.
    parts[3] = numpy.concatenate([parts[3], numpy.zeros((HIDDEN, 128 - CLASSES), numpy.int8)], 1)
    return b"".join([b.tobytes() for b in biases] + [numpy.array(scales, "<i4").tobytes(), tables.kinds(root).tobytes()]
                    + [(p.astype(int) + 128).astype(numpy.uint8).tobytes() for p in parts]
                    + [tables.sides().tobytes()])


def train_and_keep(net, out, epochs, paths):
    glyphs, classes = load(paths)
    held = numpy.arange(len(glyphs)) % 50 == 0
    print(len(glyphs), "pieces,", numpy.count_nonzero(classes == JUNK), "of them no letter", flush=True)
    train(net, glyphs[~held], classes[~held], epochs, 2, out + ".npz")
    seen = net.forward(glyphs[held].astype(numpy.float32) / 127)[6].argmax(1)
    print(f"kept apart: right {(seen == classes[held]).mean():.4f}")


def main():
    root, out, epochs = sys.argv[1], sys.argv[2], int(sys.argv[3])
    net = Net(1)
    if epochs > 0:
        train_and_keep(net, out, epochs, sys.argv[4:])
    else:
        kept = list(numpy.load(sys.argv[4]).values())
        net.w, net.b = kept[:4], kept[4:]
    with open(out, "wb") as file:
        file.write(quantise(net, root))


if __name__ == "__main__":
    main()
