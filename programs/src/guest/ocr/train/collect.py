"""Draws pages and writes every piece that the reader might take for a letter, with what it is, to pieces-N.npz.

Usage: collect.py LIBRARY ROOT OUT SEED PAGES
"""
import ctypes
import random
import sys

import numpy

import fonts
import pages

GLYPH = 24 * 20 + 3
JUNK = 97
JOINED = {"fi": 94, "fl": 95, "ff": 96}
ROOM = 60000


class Image(ctypes.Structure):
    _fields_ = [("w", ctypes.c_int), ("h", ctypes.c_int), ("px", ctypes.c_void_p)]


class Collect(ctypes.Structure):
    _fields_ = [("owner", ctypes.c_void_p), ("w", ctypes.c_int), ("h", ctypes.c_int), ("ink", ctypes.c_void_p),
                ("letters", ctypes.c_int), ("glyphs", ctypes.c_void_p), ("labels", ctypes.c_void_p),
                ("count", ctypes.c_int), ("room", ctypes.c_int)]


def pieces_of(library, gray, owner, base, stretch):
    gray = numpy.ascontiguousarray(gray)
    owner = numpy.ascontiguousarray(owner)
    glyphs = numpy.zeros((ROOM, GLYPH), numpy.uint8)
    labels = numpy.zeros((ROOM, 10), numpy.int32)
    image = Image(gray.shape[1], gray.shape[0], gray.ctypes.data)
    collect = Collect(owner.ctypes.data, gray.shape[1], gray.shape[0], None, 0, glyphs.ctypes.data,
                      labels.ctypes.data, 0, ROOM)
    count = library.collect(ctypes.byref(image), ctypes.byref(collect), base, stretch)
    return glyphs[:count], labels[:count]


def class_of(label, letters, ink):
    """The class of a piece; JUNK if it is no letter, -1 if nobody could say."""
    found = sorted(((label[4 + k], label[k]) for k in range(4) if label[k] >= 0), reverse=True)
    all_ink = label[8]
    if not found or all_ink < 3:
        return -1 if not found else JUNK
    share, letter = found[0]
    of_letter, of_piece = share / max(1, ink[letter]), share / all_ink
    # A small mark beside a letter is hardly any ink, but must not be swallowed.
    swallowed = max([label_ink / max(1, ink[other]) for label_ink, other in found[1:]], default=0)
    if of_letter >= 0.85 and of_piece >= 0.85 and swallowed < 0.3:
        return ord(letters[letter]) - 33
    if len(found) > 1:
        first, second = sorted([found[0][1], found[1][1]])
        pair = letters[first] + letters[second]
        both = share + found[1][0]
        enough = both >= 0.85 * all_ink and both >= 0.85 * (ink[first] + ink[second])
        if second == first + 1 and pair in JOINED and enough:
            return JOINED[pair]
    if of_letter >= 0.72 and of_piece >= 0.72 and swallowed < 0.6:
        return -1
    # Half of these is another letter.
    if letters[letter] in '":=;%' and of_piece > 0.9:
        return -1
    return JUNK


def main():
    path, root, out, seed, count = sys.argv[1], sys.argv[2], sys.argv[3], int(sys.argv[4]), int(sys.argv[5])
    library = ctypes.CDLL(path)
    rng = random.Random(seed)
    words = pages.words_of(root)
    faces = fonts.faces()
    glyphs, classes = [], []
    for i in range(count):
        page = pages.Page(rng, faces[(seed * 7919 + i) % len(faces)], words)
        ink, owner = pages.turn(page, rng.uniform(-3.3, 3.3))
        dark = numpy.bincount(owner[ink > 0.45], minlength=len(page.letters) + 1)[1:]
        gray = pages.degrade(rng, ink)
        some, labels = pieces_of(library, gray, owner, rng.choice([0, 0, 0, rng.randint(-12, 12)]),
                                 rng.choice([256, 256, 256, rng.randint(236, 276)]))
        found = numpy.array([class_of(label, page.letters, dark) for label in labels.tolist()], int)
        # As many pieces that are no letter as letters, groups first: they are seen most.
        order = numpy.random.default_rng(i).random(len(found)) - 0.5 * labels[:, 9]
        junk = numpy.flatnonzero(found == JUNK)
        junk = junk[numpy.argsort(order[junk])][:numpy.count_nonzero((found >= 0) & (found != JUNK))]
        kept = numpy.concatenate([numpy.flatnonzero((found >= 0) & (found != JUNK)), junk])
        glyphs.append(some[kept])
        classes.append(found[kept])
        print(i, len(page.letters), "letters,", len(found), "pieces,",
              numpy.count_nonzero((found >= 0) & (found != JUNK)), "known", flush=True)
    classes = numpy.concatenate(classes).astype(numpy.uint8)
    numpy.savez_compressed(out, glyphs=numpy.concatenate(glyphs), classes=classes)


if __name__ == "__main__":
    main()
