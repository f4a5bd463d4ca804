"""Pages to train with: text in one of the faces, turned, blurred, noisy and unevenly lit, and for each pixel the
letter that was drawn there."""
import glob
import os
import random

import numpy
from PIL import Image, ImageDraw, ImageFilter, ImageFont

# Letters are drawn so much larger and then made smaller, so that they stand anywhere between pixels.
SCALE = 4
PRINTABLE = [chr(c) for c in range(33, 127)]


def words_of(root):
    """The words of the project's own pages, but for those that the test pages are set in."""
    words = []
    for path in sorted(glob.glob(os.path.join(root, "docs", "**", "*.md"), recursive=True)):
        if "tutorial" not in path and "concepts" not in path:
            with open(path, encoding="utf-8") as text:
                words += ["".join(c for c in word if 33 <= ord(c) < 127) for word in text.read().split()]
    return [word for word in words if word and len(word) < 20]


def random_word(rng):
    """Letters of one kind, or any: so that rare ones are seen often enough, and beside all others."""
    kind = rng.random()
    size = rng.randint(1, 9)
    if kind < 0.2:
        return "".join(rng.choice("0123456789.,-:") for _ in range(size))
    if kind < 0.4:
        return "".join(rng.choice("ABCDEFGHIJKLMNOPQRSTUVWXYZ") for _ in range(size))
    if kind < 0.6:
        word = "".join(rng.choice("abcdefghijklmnopqrstuvwxyz") for _ in range(size))
        return word.capitalize() if rng.random() < 0.3 else word
    if kind < 0.75:
        marks = rng.choice(["()", "[]", "{}", "<>", '""', "''", "``", "**", "__"])
        return marks[0] + "".join(rng.choice("abcdefghijklmnopqrstuvwxyz") for _ in range(size)) + marks[1]
    return "".join(rng.choice(PRINTABLE) for _ in range(size))


class Page:
    """Draws lines of letters and keeps who owns each pixel."""

    def __init__(self, rng, path, words):
        self.rng = rng
        self.em = int(round(numpy.exp(rng.uniform(numpy.log(12.5), numpy.log(36)))))
        if rng.random() < 0.1:
            self.em = rng.randint(36, 60)
        self.font = ImageFont.truetype(path, self.em * SCALE, layout_engine=ImageFont.Layout.BASIC)
        # Letters a little nearer or farther than the face says.
        self.tracking = rng.choice([0, 0, 0, 0, rng.uniform(-0.045, 0.0), rng.uniform(0.0, 0.08)]) * self.em * SCALE
        self.width = int(self.em * rng.uniform(24, 34))
        self.lines = rng.randint(9, 14)
        self.pitch = self.em * rng.uniform(1.15, 1.7)
        self.height = int(self.pitch * (self.lines + 1.5))
        shape = (self.height * SCALE, self.width * SCALE)
        self.ink = numpy.zeros(shape, numpy.uint8)
        self.owner = numpy.zeros(shape, numpy.uint16)
        self.letters = []
        for i in range(self.lines):
            self.draw_line(words, int((1 + i) * self.pitch * SCALE + self.em * SCALE * 0.3))

    def draw_line(self, words, base):
        x = self.em * SCALE
        end = self.width * SCALE - self.em * SCALE * 2
        own = self.rng.random() < 0.45
        while True:
            word = random_word(self.rng) if own else self.rng.choice(words)
            length = self.font.getlength(word)
            if x + length + len(word) * self.tracking > end:
                return
            for i, letter in enumerate(word):
                self.draw(letter, x, base)
                pair = word[i:i + 2]
                x += self.tracking + self.font.getlength(pair) - (self.font.getlength(pair[1]) if pair[1:] else 0)
            x += self.font.getlength(" ")

    def draw(self, letter, x, base):
        box = self.font.getbbox(letter, anchor="ls")
        pad = 4
        patch = Image.new("L", (box[2] - box[0] + 2 * pad, box[3] - box[1] + 2 * pad))
        ImageDraw.Draw(patch).text((pad - box[0], pad - box[1]), letter, fill=255, font=self.font, anchor="ls")
        x0, y0 = int(x) + box[0] - pad, base + box[1] - pad
        if x0 < 0 or y0 < 0 or y0 + patch.height > self.ink.shape[0] or x0 + patch.width > self.ink.shape[1]:
            return
        near = numpy.asarray(patch.filter(ImageFilter.MaxFilter(5)))
        ink = numpy.asarray(patch)
        place = (slice(y0, y0 + patch.height), slice(x0, x0 + patch.width))
        self.letters.append(letter)
        number = len(self.letters)
        owner = self.owner[place]
        owner[(owner == 0) & (near > 100)] = number
        owner[ink > 100] = number
        numpy.maximum(self.ink[place], ink, out=self.ink[place])


def turn(page, degrees):
    """The page as a scanner sees it: ink 0..1 and owners, both turned."""
    angle = numpy.deg2rad(degrees)
    cos, sin = numpy.cos(angle), numpy.sin(angle)
    h, w = page.height, page.width
    cx, cy = w * SCALE / 2, h * SCALE / 2
    small = Image.fromarray(page.ink)
    data = (cos, -sin, cx - cos * cx + sin * cy, sin, cos, cy - sin * cx - cos * cy)
    small = small.transform(small.size, Image.Transform.AFFINE, data, Image.Resampling.BILINEAR)
    ink = numpy.asarray(small, numpy.float32).reshape(h, SCALE, w, SCALE).mean((1, 3)) / 255
    y, x = numpy.mgrid[0:h, 0:w] * SCALE + SCALE / 2
    u = (cos * x - sin * y + data[2]).astype(int)
    v = (sin * x + cos * y + data[5]).astype(int)
    inside = (u >= 0) & (v >= 0) & (u < w * SCALE) & (v < h * SCALE)
    owner = numpy.zeros((h, w), numpy.uint16)
    owner[inside] = page.owner[v[inside], u[inside]]
    return ink, owner


def degrade(rng, ink):
    """Light, blur, noise and few gray levels: bytes, 255 white."""
    noise = numpy.random.default_rng(rng.getrandbits(32))
    h, w = ink.shape
    blurred = Image.fromarray((ink * 255).astype(numpy.uint8))
    blurred = blurred.filter(ImageFilter.GaussianBlur(rng.choice([0, 0.4, 0.6, 0.8, 1.0, 1.2]) * rng.uniform(0.7, 1)))
    ink = numpy.asarray(blurred, numpy.float32) / 255
    if rng.random() < 0.3:
        ink = numpy.clip(ink * rng.uniform(0.8, 1.5), 0, 1) ** rng.uniform(0.7, 1.4)
    y, x = numpy.mgrid[0:h, 0:w].astype(numpy.float32)
    light = 1 + rng.uniform(-0.25, 0.25) * (x / w - 0.5) + rng.uniform(-0.25, 0.25) * (y / h - 0.5)
    far = ((x / w - rng.random()) ** 2 + (y / h - rng.random()) ** 2)
    light *= 1 - rng.uniform(0, 0.25) * far
    paper, black = rng.uniform(190, 250), rng.uniform(5, 100)
    gray = (paper - (paper - black) * ink) * light / light.max()
    gray += noise.normal(0, rng.uniform(1, 13), ink.shape)
    if rng.random() < 0.3:
        specks = noise.random(ink.shape)
        gray[specks < 0.0006] = black
        gray[specks > 0.9994] = paper
    levels = rng.choice([15, 31, 63, 255])
    gray = numpy.round(numpy.clip(gray, 0, 255) * levels / 255) * 255 / levels
    return gray.astype(numpy.uint8)
