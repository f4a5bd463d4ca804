"""What is counted, not trained: space at the sides of letters, and which kinds of letters follow each other."""
import random

import numpy
from PIL import ImageFont

import fonts
import pages

CLASSES = 98
JOINED = {94: "fi", 95: "fl", 96: "ff"}
KINDS = 5


def text_of(number):
    return JOINED[number] if number in JOINED else chr(33 + number)


def ink_of(font, letter):
    """Where its ink begins and ends, from where it is put."""
    mask, offset = font.getmask2(letter, "L", anchor="ls")
    box = mask.getbbox()
    return offset[0] + box[0], offset[0] + box[2]


def sides():
    """Mean space left and right of each class in 1/100 of the height of an x, of faces with letters of many widths."""
    left, right = [[] for _ in range(CLASSES)], [[] for _ in range(CLASSES)]
    for path in fonts.faces():
        font = ImageFont.truetype(path, 400, layout_engine=ImageFont.Layout.BASIC)
        if abs(font.getlength("i") - font.getlength("m")) < 1:
            continue
        x = -font.getbbox("x", anchor="ls")[1]
        for number in range(CLASSES - 1):
            first, last = text_of(number)[0], text_of(number)[-1]
            left[number].append(ink_of(font, first)[0] * 100 / x)
            right[number].append((font.getlength(last) - ink_of(font, last)[1]) * 100 / x)
    mean = [[int(round(numpy.clip(numpy.mean(some), -127, 127))) if some else 0 for some in side]
            for side in (left, right)]
    return numpy.array(mean, numpy.int8)


def kind(letter):
    """As kind_of in words.c: end, small, capital, digit, other."""
    if "a" <= letter <= "z":
        return 1
    if "A" <= letter <= "Z":
        return 2
    return 3 if "0" <= letter <= "9" else 4


def counted(words):
    counts = numpy.ones((KINDS, KINDS))
    for word in words:
        chain = [0] + [kind(letter) for letter in word] + [0]
        for a, b in zip(chain, chain[1:]):
            counts[a, b] += 1
    return counts


def kinds(root):
    """How much less likely a kind is after another than by itself, as -ln in 1/256: 25 numbers, no words.

    By itself means in what the network is trained on, since that is what it expects of a letter alone.
    """
    words = pages.words_of(root)
    counts = counted(words)
    rng = random.Random(1)
    share = counts / counts.sum(1, keepdims=True)
    drawn = counted(pages.random_word(rng) for _ in range(20000)).sum(0)
    alone = 0.55 * counts.sum(0) / counts.sum() + 0.45 * drawn / drawn.sum()
    # No more than 4 either way: shapes speak louder.
    return numpy.round(numpy.clip(-numpy.log(share / alone), -4, 4) * 256).astype("<i4")


if __name__ == "__main__":
    import sys
    print(sides().tolist())
    print(kinds(sys.argv[1]).tolist())
